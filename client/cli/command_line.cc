#include "client/cli/command_line.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "client/cli/dataset_commands.h"
#include "client/cli/errors.h"
#include "client/cli/health_command.h"
#include "client/cli/job_commands.h"
#include "client/cli/model_commands.h"
#include "client/cli/option_checks.h"
#include "client/cli/session.h"
#include "client/cli/table.h"
#include "client/cli/token_command.h"
#include "client/cpp/token.h"

namespace traind::client {
namespace {

constexpr char kFooter[] = R"(
Names are accepted with or without their collection: digits or datasets/digits.
Each command has its own --help with an example.

Exit codes: 0 success, 1 failure, 2 wrong command line, 3 the job that was watched ended FAILED or CANCELLED,
130 interrupted by Ctrl-C.

Example:
  trainctl dataset create digits --csv examples/digits.csv --label label
  trainctl job create first --spec examples/digits.json --dataset digits --watch
  trainctl model predict first --held-out 5)";

void AddTlsOptions(CLI::App& app, Session& session) {
  TlsFiles& files = session.tls_files;
  app.add_flag("--tls", session.use_tls, "Speak TLS; the other --tls options imply it")->envname("TRAIND_TLS");
  app.add_option("--tls-ca", files.ca,
                 "PEM file of who signs the server's certificate; default: whom the system trusts")
      ->envname("TRAIND_TLS_CA")
      ->type_name("FILE");
  app.add_option("--tls-certificate", files.certificate, "PEM file of your own certificate, if the server asks for one")
      ->envname("TRAIND_TLS_CERTIFICATE")
      ->type_name("FILE");
  app.add_option("--tls-private-key", files.private_key, "PEM file of the key of your certificate")
      ->envname("TRAIND_TLS_PRIVATE_KEY")
      ->type_name("FILE");
  app.add_option("--tls-server-name", files.server_name,
                 "Name in the server's certificate, if it is not that of --server")
      ->envname("TRAIND_TLS_SERVER_NAME")
      ->type_name("NAME");
}

// False, having said why, if the files are of no use.
bool ReadTlsFiles(Session& session) {
  const TlsFiles& files = session.tls_files;
  session.use_tls = session.use_tls || !files.ca.empty() || !files.certificate.empty() || !files.private_key.empty() ||
                    !files.server_name.empty();
  if (!session.use_tls) return true;
  absl::StatusOr<Tls> tls = ReadTls(files);
  if (!tls.ok()) {
    std::cerr << "trainctl: TLS: " << Printable(std::string(tls.status().message())) << "\n";
    return false;
  }
  session.tls = *std::move(tls);
  return true;
}

// Never the token itself: everybody on the machine sees the command lines of all processes.
void AddTokenOptions(CLI::App& app, Session& session) {
  app.add_option("--token-file", session.token_file, "File with your token; without it TRAIND_TOKEN is taken, if set")
      ->envname("TRAIND_TOKEN_FILE")
      ->type_name("FILE");
  app.add_flag("--token-in-clear", session.token_in_clear,
               "Send the token to other machines without TLS: whoever is on the way can take it")
      ->envname("TRAIND_TOKEN_IN_CLEAR");
}

// False, having said why, if there is to be a token and it cannot be had.
bool ReadToken(Session& session) {
  absl::StatusOr<std::string> token = "";
  const char* const environment = std::getenv("TRAIND_TOKEN");
  if (!session.token_file.empty()) {
    token = ReadTokenFile(session.token_file);
  } else if (environment != nullptr && *environment != '\0') {
    token = environment;
    if (absl::Status sendable = CheckToken(environment); !sendable.ok()) {
      token = absl::InvalidArgumentError(absl::StrCat("TRAIND_TOKEN: ", sendable.message()));
    }
  }
  if (!token.ok()) {
    std::cerr << "trainctl: " << Printable(std::string(token.status().message())) << "\n";
    return false;
  }
  session.token = *std::move(token);
  return true;
}

}  // namespace

int RunCommandLine(int argc, char** argv) {
  Session session;
  CLI::App app("Train neural networks on a traind server.", "trainctl");
  app.footer(kFooter);
  app.fallthrough();
  app.require_subcommand(1);
  app.add_option("--server", session.server, "Address of traind")
      ->envname("TRAIND_SERVER")
      ->check(ServerAddress())
      ->capture_default_str()
      ->type_name("HOST:PORT");
  app.add_option_function<std::string>(
         "-o,--output",
         [&](const std::string& format) {
           session.output = format == "json" ? OutputFormat::kJson : OutputFormat::kTable;
         },
         "table for people (default), json for programs: the API's messages as proto3 JSON")
      ->check(CLI::IsMember({"table", "json"}).description(""))
      ->type_name("table|json");
  app.add_option("--timeout", session.timeout_seconds, "Seconds that the server may take for a call that is no watch")
      ->check(NumberFrom(0.001, 86400))
      ->capture_default_str()
      ->type_name("SECONDS");
  AddTlsOptions(app, session);
  AddTokenOptions(app, session);
  AddDatasetCommands(app, session);
  AddJobCommands(app, session);
  AddModelCommands(app, session);
  AddHealthCommand(app, session);
  AddTokenCommands(app, session);

  try {
    app.parse(argc, argv);
  } catch (const CLI::RequiredError& error) {
    // Of a misspelt command CLI11 says only that one is missing.
    for (const std::string& word : app.remaining(true)) {
      if (!word.starts_with('-')) {
        std::cerr << "'" << Printable(word) << "' is no command\n";
        break;
      }
    }
    app.exit(error, std::cout, std::cerr);
    return kUsage;
  } catch (const CLI::ParseError& error) {
    bool help = app.exit(error, std::cout, std::cerr) == 0;
    return help ? kSuccess : kUsage;
  }
  if (!ReadTlsFiles(session) || !ReadToken(session)) return kUsage;
  int code = session.run();
  if (!std::cout.flush()) {
    std::cerr << "trainctl: cannot write the output\n";
    return code == kSuccess ? kFailure : code;
  }
  return code;
}

}  // namespace traind::client
