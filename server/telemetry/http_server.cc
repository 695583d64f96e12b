#include "server/telemetry/http_server.h"

#include <civetweb.h>
#include <prometheus/text_serializer.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <exception>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace traind {
namespace {

struct Endpoint {
  std::string host;
  int port = 0;
};

absl::StatusOr<Endpoint> ParseEndpoint(const std::string& address) {
  Endpoint endpoint;
  const size_t colon = address.rfind(':');
  const bool has_port = colon != std::string::npos && absl::SimpleAtoi(address.substr(colon + 1), &endpoint.port);
  // civetweb would read a comma as the start of another address.
  if (!has_port || endpoint.port < 0 || endpoint.port > 65535 || address.find(',') != std::string::npos) {
    return absl::InvalidArgumentError(absl::StrCat("\"", address,
                                                   "\" is no address to listen on: give HOST:PORT with a port from 0 "
                                                   "to 65535, such as 127.0.0.1:9464 or [::1]:9464"));
  }
  endpoint.host = colon == 0 ? "0.0.0.0" : address.substr(0, colon);
  return endpoint;
}

class CivetwebServer final : public HttpServer {
 public:
  explicit CivetwebServer(Pages pages) : pages_(std::move(pages)) { mg_init_library(MG_FEATURES_IPV6); }

  ~CivetwebServer() override {
    if (context_ != nullptr) Stop();
    mg_exit_library();
  }

  absl::Status Listen(const std::string& address) {
    absl::StatusOr<Endpoint> endpoint = ParseEndpoint(address);
    if (!endpoint.ok()) return endpoint.status();
    const std::string listening = absl::StrCat(endpoint->host, ":", endpoint->port);
    // clang-format off
    const char* options[] = {"listening_ports", listening.c_str(),
                             "num_threads", "2",
                             "request_timeout_ms", "5000",
                             "enable_keep_alive", "no",
                             nullptr};
    // clang-format on
    mg_callbacks callbacks = {};
    callbacks.begin_request = &CivetwebServer::Answer;
    callbacks.log_message = &CivetwebServer::Log;
    context_ = mg_start(&callbacks, this, options);
    if (context_ == nullptr) {
      absl::MutexLock lock(&mutex_);
      return absl::UnavailableError(
          absl::StrCat("cannot serve HTTP on ", address, ": ", first_log_, "; choose another address or port"));
    }
    host_ = endpoint->host;
    mg_server_port port = {};
    mg_get_server_ports(context_, 1, &port);
    port_ = port.port;
    return absl::OkStatus();
  }

  std::string address() const override { return absl::StrCat(host_, ":", port_); }

 private:
  static CivetwebServer& Self(const mg_connection* connection) {
    return *static_cast<CivetwebServer*>(mg_get_user_data(mg_get_context(connection)));
  }

  static int Answer(mg_connection* connection) {
    const mg_request_info& request = *mg_get_request_info(connection);
    const std::string method = request.request_method;
    HttpPage page = Self(connection).MakePage(method, request.local_uri);
    const std::string head =
        absl::StrCat("HTTP/1.1 ", page.status, " ", mg_get_response_code_text(connection, page.status),
                     "\r\nContent-Type: ", page.content_type, "\r\nContent-Length: ", page.body.size(),
                     page.status == 405 ? "\r\nAllow: GET, HEAD" : "", "\r\nConnection: close\r\n\r\n");
    mg_write(connection, head.data(), head.size());
    if (method != "HEAD") mg_write(connection, page.body.data(), page.body.size());
    return page.status;
  }

  // civetweb's accepting thread looks for the order to stop every two seconds, and after each connection.
  void Stop() {
    std::atomic<bool> stopped = false;
    std::thread stop([&] {
      mg_stop(context_);
      stopped = true;
    });
    std::string host = host_;
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    while (!stopped) {
      char error[64];
      mg_connection* wake = mg_connect_client(host.c_str(), port_, 0, error, sizeof(error));
      if (wake != nullptr) mg_close_connection(wake);
      absl::SleepFor(absl::Milliseconds(5));
    }
    stop.join();
  }

  // The first line that civetweb has to say is why it cannot start.
  static int Log(const mg_connection* connection, const char* message) {
    CivetwebServer& self = Self(connection);
    absl::MutexLock lock(&self.mutex_);
    if (self.first_log_.empty()) self.first_log_ = message;
    return 1;
  }

  HttpPage MakePage(const std::string& method, const std::string& path) const {
    if (method != "GET" && method != "HEAD") return {.status = 405, .body = "only GET is served here\n"};
    auto page = pages_.find(path);
    if (page == pages_.end()) {
      std::string known;
      for (const auto& [name, make] : pages_) absl::StrAppend(&known, " ", name);
      return {.status = 404, .body = absl::StrCat("no such page; there are", known, "\n")};
    }
    try {
      return page->second();
    } catch (const std::exception& error) {
      spdlog::error("page {} could not be made: {}", path, error.what());
      return {.status = 500, .body = "this page could not be made; the log says why\n"};
    }
  }

  const Pages pages_;
  mg_context* context_ = nullptr;
  std::string host_;
  int port_ = 0;
  absl::Mutex mutex_;
  std::string first_log_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

HttpPage PrometheusPage(const prometheus::Collectable& collectable) {
  return {.content_type = "text/plain; version=0.0.4; charset=utf-8",
          .body = prometheus::TextSerializer().Serialize(collectable.Collect())};
}

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(const std::string& address, Pages pages) {
  auto server = std::make_unique<CivetwebServer>(std::move(pages));
  absl::Status status = server->Listen(address);
  if (!status.ok()) return status;
  return server;
}

}  // namespace traind
