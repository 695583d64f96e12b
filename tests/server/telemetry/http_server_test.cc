#include "server/telemetry/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>
#include <vector>

#include "tests/server/telemetry/http_client.h"

namespace traind {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::unique_ptr<HttpServer> StartOrDie(HttpServer::Pages pages) {
  auto server = HttpServer::Start("127.0.0.1:0", std::move(pages));
  EXPECT_TRUE(server.ok()) << server.status();
  return std::move(server).value();
}

HttpServer::Pages HelloPage() {
  return {{"/hello", [] { return HttpPage{.body = "hello\n"}; }}};
}

TEST(HttpServerTest, ServesAPageOnAPortOfItsChoice) {
  auto server = StartOrDie(HelloPage());
  EXPECT_THAT(server->address(), AllOf(StartsWith("127.0.0.1:"), Not(EndsWith(":0"))));
  const std::string answer = HttpGet(server->address(), "/hello");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Type: text/plain; charset=utf-8\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\nhello\n"));
}

TEST(HttpServerTest, PassesAPagesStatusOn) {
  auto server = StartOrDie({{"/healthz", [] { return HttpPage{.status = 503, .body = "stopping\n"}; }}});
  EXPECT_THAT(HttpGet(server->address(), "/healthz"), StartsWith("HTTP/1.1 503 Service Unavailable\r\n"));
}

TEST(HttpServerTest, HeadHasNoBody) {
  auto server = StartOrDie(HelloPage());
  const std::string answer = Exchange(server->address(), "HEAD /hello HTTP/1.1\r\nHost: traind\r\n\r\n");
  EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), EndsWith("\r\n\r\n")));
}

TEST(HttpServerTest, RefusesOtherPathsAndMethods) {
  auto server = StartOrDie(HelloPage());
  EXPECT_THAT(HttpGet(server->address(), "/"), AllOf(StartsWith("HTTP/1.1 404 "), HasSubstr("/hello")));
  EXPECT_THAT(HttpGet(server->address(), "/hello/there"), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(HttpGet(server->address(), "/../etc/passwd"), Not(StartsWith("HTTP/1.1 200 ")));
  EXPECT_THAT(Exchange(server->address(), "POST /hello HTTP/1.1\r\nHost: traind\r\nContent-Length: 0\r\n\r\n"),
              StartsWith("HTTP/1.1 405 "));
}

TEST(HttpServerTest, OutlivesGarbageAndAPageThatThrows) {
  HttpServer::Pages pages = HelloPage();
  pages["/broken"] = []() -> HttpPage { throw std::runtime_error("no luck"); };
  auto server = StartOrDie(std::move(pages));
  EXPECT_THAT(HttpGet(server->address(), "/broken"), StartsWith("HTTP/1.1 500 "));
  Exchange(server->address(), std::string("\x16\x03\x01\x00\r\n\r\n", 8));
  EXPECT_THAT(HttpGet(server->address(), "/hello"), EndsWith("hello\n"));
}

TEST(HttpServerTest, ServesManyAtOnce) {
  auto server = StartOrDie(HelloPage());
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&] {
      for (int n = 0; n < 20; ++n) EXPECT_THAT(HttpGet(server->address(), "/hello"), EndsWith("hello\n"));
    });
  }
  for (std::thread& client : clients) client.join();
}

TEST(HttpServerTest, SaysThatAPortIsTaken) {
  auto first = StartOrDie(HelloPage());
  auto second = HttpServer::Start(first->address(), HelloPage());
  ASSERT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(second.status().message()), AllOf(HasSubstr(first->address()), HasSubstr("in use")));
}

TEST(HttpServerTest, APortIsFreeAfterItsServer) {
  auto first = StartOrDie(HelloPage());
  const std::string address = first->address();
  first.reset();
  EXPECT_TRUE(HttpServer::Start(address, HelloPage()).ok());
}

TEST(HttpServerTest, RefusesWhatIsNoAddress) {
  for (const char* address : {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "127.0.0.1:-1",
                              "127.0.0.1:0,127.0.0.1:0", "127.0.0.1:80s"}) {
    auto server = HttpServer::Start(address, HelloPage());
    EXPECT_EQ(server.status().code(), absl::StatusCode::kInvalidArgument) << address;
  }
  EXPECT_EQ(HttpServer::Start("192.0.2.1:0", HelloPage()).status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace traind
