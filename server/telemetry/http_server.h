// The plain HTTP port, for Prometheus and for people. gRPC has a port of its own.
#ifndef TRAIND_SERVER_TELEMETRY_HTTP_SERVER_H_
#define TRAIND_SERVER_TELEMETRY_HTTP_SERVER_H_

#include <prometheus/collectable.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace traind {

// An answer to a GET.
struct HttpPage {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

// What `collectable` has now, in the Prometheus text format 0.0.4.
HttpPage PrometheusPage(const prometheus::Collectable& collectable);

// Answers GETs on two threads. Any other method is 405, any other path 404.
class HttpServer {
 public:
  // By path, such as `/metrics`. Called on the server's threads, two at once at most; may block.
  using Pages = std::map<std::string, std::function<HttpPage()>>;

  // Serves when it returns, on HOST:PORT (an IPv6 host in brackets, an empty host is every interface, port 0 any free
  // port). InvalidArgument: not an address. Unavailable: it is taken, or not of this machine.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(const std::string& address, Pages pages);
  virtual ~HttpServer() = default;  // ends when no page is being made any more

  // HOST:PORT with the real port.
  virtual std::string address() const = 0;
};

}  // namespace traind

#endif  // TRAIND_SERVER_TELEMETRY_HTTP_SERVER_H_
