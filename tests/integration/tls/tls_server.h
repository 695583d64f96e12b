// A traind that speaks TLS, and clients that do.
#ifndef TRAIND_TESTS_INTEGRATION_TLS_TLS_SERVER_H_
#define TRAIND_TESTS_INTEGRATION_TLS_TLS_SERVER_H_

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/integration/tls/certificates.h"
#include "tests/integration/traind_process.h"

namespace traind {

constexpr char kServerName[] = "traind.test";

// What a client brings to a handshake.
struct TlsClient {
  std::string ca;     // PEM
  Identity own = {};  // none: without a certificate
  std::string server_name = kServerName;
};

class TlsServer : public ::testing::Test {
 protected:
  // The files lie in folder() as `tls.crt`, `tls.key` and `ca.crt`.
  void WriteServerFiles(const Identity& identity);
  void WriteFile(const std::string& name, const std::string& bytes) const;
  std::string PathOf(const std::string& name) const;
  // On the files, with `flags` after them.
  void Start(std::vector<std::string> flags = {});

  std::shared_ptr<grpc::Channel> Connect(const TlsClient& client) const;
  // Of a call over the channel, which waits no longer than ten seconds.
  static grpc::Status Ask(const std::shared_ptr<grpc::Channel>& channel);
  grpc::Status AskAs(const TlsClient& client) const { return Ask(Connect(client)); }
  // Waits, no longer than ten seconds, until a new client gets (or does not get) in.
  bool ComesTo(bool in, const TlsClient& client) const;
  // A line of the metrics page: the value behind `name `.
  double Metric(const std::string& name) const;
  // Waits, no longer than ten seconds, until the log has such a text.
  bool Logs(const std::string& text) const;

  const Authority authority_{"test authority"};
  const Authority stranger_{"another authority"};
  TemporaryFolder folder_;
  std::optional<TraindProcess> traind_;
};

}  // namespace traind

#endif  // TRAIND_TESTS_INTEGRATION_TLS_TLS_SERVER_H_
