// Who gets in, who does not, and that those who never get anywhere are in nobody's way.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/integration/service_stubs.h"
#include "tests/integration/tls/tls_server.h"

namespace traind {
namespace {

using ::testing::HasSubstr;

class Handshakes : public TlsServer {
 protected:
  Handshakes() { WriteServerFiles(authority_.Issue(kServerName)); }

  // A connection that is only a socket.
  int OpenSocket() const {
    const std::string& address = traind_->grpc_address();
    int port = 0;
    EXPECT_TRUE(absl::SimpleAtoi(address.substr(address.rfind(':') + 1), &port));
    sockaddr_in server = {};
    server.sin_family = AF_INET;
    server.sin_port = htons(static_cast<uint16_t>(port));
    inet_pton(AF_INET, "127.0.0.1", &server.sin_addr);
    const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT_EQ(connect(descriptor, reinterpret_cast<sockaddr*>(&server), sizeof(server)), 0);
    return descriptor;
  }
};

TEST_F(Handshakes, AJobIsTrainedOverTls) {
  Start();
  ServiceStubs stubs(Connect({.ca = authority_.certificate()}));
  stubs.CreateDigits();
  v1::TrainingJob job;
  ASSERT_TRUE(ServiceStubs::Ok(stubs.training().CreateTrainingJob(stubs.NewContext(), stubs.DigitsJob("first"), &job)));
  EXPECT_EQ(stubs.WaitForEnd(job.name()).state(), v1::TrainingJob::SUCCEEDED);
}

TEST_F(Handshakes, AClientRefusesWhatItDoesNotTrust) {
  Start();
  const grpc::Status stranger = AskAs({.ca = stranger_.certificate()});
  EXPECT_EQ(stranger.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(stranger.error_message(), HasSubstr("certificate verify failed"));
  const grpc::Status other_name = AskAs({.ca = authority_.certificate(), .server_name = "elsewhere.test"});
  EXPECT_THAT(other_name.error_message(), HasSubstr("elsewhere.test"));
}

TEST_F(Handshakes, WhatHasExpiredIsServedWithAWarningAndRefusedByClients) {
  WriteServerFiles(authority_.Issue(kServerName, -absl::Hours(1)));
  Start();
  EXPECT_TRUE(Logs("clients will refuse the TLS certificate"));
  EXPECT_FALSE(AskAs({.ca = authority_.certificate()}).ok());
  EXPECT_LT(Metric("traind_tls_certificate_expiry_timestamp_seconds"),
            static_cast<double>(absl::ToUnixSeconds(absl::Now())));
}

TEST_F(Handshakes, PlainTextMeetsTlsAndTheReverse) {
  Start();
  EXPECT_EQ(Ask(traind_->Connect()).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_TRUE(AskAs({.ca = authority_.certificate()}).ok());

  traind_.emplace(PathOf("data"));
  EXPECT_EQ(AskAs({.ca = authority_.certificate()}).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_TRUE(Ask(traind_->Connect()).ok());
}

TEST_F(Handshakes, OnlyClientsWithACertificateOfTheAuthorityGetIn) {
  const Authority clients("authority of clients");
  WriteFile("ca.crt", clients.certificate());
  Start({absl::StrCat("--tls_client_ca=", PathOf("ca.crt"))});
  const std::string& ca = authority_.certificate();
  EXPECT_TRUE(AskAs({.ca = ca, .own = clients.Issue("alice")}).ok());
  for (const TlsClient& client : {TlsClient{.ca = ca}, TlsClient{.ca = ca, .own = stranger_.Issue("mallory")},
                                  TlsClient{.ca = ca, .own = authority_.Issue("server's own authority")},
                                  TlsClient{.ca = ca, .own = clients.Issue("late", -absl::Hours(1))}}) {
    EXPECT_EQ(AskAs(client).error_code(), grpc::StatusCode::UNAVAILABLE);
  }
  EXPECT_TRUE(AskAs({.ca = ca, .own = clients.Issue("bob")}).ok());
}

TEST_F(Handshakes, ThoseThatNeverEndHoldNobodyUp) {
  Start();
  const TlsClient client = {.ca = authority_.certificate()};
  const std::shared_ptr<grpc::Channel> early = Connect(client);
  ASSERT_TRUE(Ask(early).ok());
  std::mt19937_64 random(7);
  std::vector<int> sockets;
  // The head of a handshake message, of which the rest never comes.
  const std::string begun("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11);
  for (int i = 0; i < 300; ++i) {
    sockets.push_back(OpenSocket());
    std::string bytes = i % 3 == 0 ? "" : begun;
    if (i % 3 == 2) {
      bytes.resize(200 + random() % 4000);
      for (size_t k = begun.size(); k < bytes.size(); ++k) bytes[k] = static_cast<char>(random());
    }
    if (!bytes.empty()) {
      EXPECT_GT(send(sockets.back(), bytes.data(), bytes.size(), MSG_NOSIGNAL), 0);
    }
    if (i % 10 == 0) {
      EXPECT_TRUE(Ask(early).ok());
    }
  }
  for (int i = 0; i < 20; ++i) {
    const absl::Time begin = absl::Now();
    EXPECT_TRUE(AskAs(client).ok());
    EXPECT_LT(absl::Now() - begin, absl::Seconds(2));
  }
  for (const int descriptor : sockets) close(descriptor);
  // All of this is worth a few lines.
  EXPECT_TRUE(Logs("gRPC: "));
  std::ifstream log(PathOf("log"));
  const auto lines = std::count(std::istreambuf_iterator<char>(log), {}, '\n');
  EXPECT_LT(lines, 50);
  EXPECT_TRUE(AskAs(client).ok());
  EXPECT_EQ(traind_->Terminate(), 0);
}

}  // namespace
}  // namespace traind
