// What the global options of trainctl say, and what the subcommand that was given is to do.
#ifndef TRAIND_CLIENT_CLI_SESSION_H_
#define TRAIND_CLIENT_CLI_SESSION_H_

#include <functional>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "client/cpp/client.h"

namespace traind::client {

enum class OutputFormat { kTable, kJson };

struct Session {
  std::string server = "127.0.0.1:50051";
  OutputFormat output = OutputFormat::kTable;
  double timeout_seconds = 30;
  // Set by the subcommand while the command line is parsed; returns the exit code.
  std::function<int()> run;

  bool use_tls = false;
  TlsFiles tls_files;
  std::optional<Tls> tls;  // read from the files before `run`, if TLS is used

  std::string token_file;
  std::string token;  // from the file or TRAIND_TOKEN, before `run`; empty: none
  bool token_in_clear = false;

  Client Connect() const {
    return Client::Connect(
        server,
        {.tls = tls, .token = token, .token_in_clear = token_in_clear, .timeout = absl::Seconds(timeout_seconds)});
  }
};

}  // namespace traind::client

#endif  // TRAIND_CLIENT_CLI_SESSION_H_
