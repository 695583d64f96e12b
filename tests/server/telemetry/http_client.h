// A GET over a real socket, as Prometheus makes it.
#ifndef TRAIND_TESTS_SERVER_TELEMETRY_HTTP_CLIENT_H_
#define TRAIND_TESTS_SERVER_TELEMETRY_HTTP_CLIENT_H_

#include <string>

namespace traind {

// Sends `request` to 127.0.0.1:`port` (of `address`, HOST:PORT) and returns all that comes back until the peer closes;
// empty if there is no connection.
std::string Exchange(const std::string& address, const std::string& request);

// The answer to a GET: head, empty line, body.
std::string HttpGet(const std::string& address, const std::string& path);

}  // namespace traind

#endif  // TRAIND_TESTS_SERVER_TELEMETRY_HTTP_CLIENT_H_
