#include "client/cli/health_command.h"

#include <iostream>

#include "client/cli/errors.h"
#include "client/cli/output.h"

namespace traind::client {
namespace {

int CheckHealth(const Session& session) {
  using Answer = grpc::health::v1::HealthCheckResponse;
  absl::StatusOr<Answer> answer = session.Connect().CheckHealth();
  if (!answer.ok()) return Fail(session, "check the server's health", "", answer.status());
  if (session.output == OutputFormat::kJson) {
    PrintJson(std::cout, *answer);
  } else {
    std::cout << Answer::ServingStatus_Name(answer->status()) << "\n";
  }
  return answer->status() == Answer::SERVING ? kSuccess : kFailure;
}

}  // namespace

void AddHealthCommand(CLI::App& app, Session& session) {
  CLI::App* health = app.add_subcommand("health", "Ask the server whether it serves: exit code 0 if it does");
  health->footer("\nExample:\n  trainctl health --timeout 2");
  health->callback([&session] { session.run = [&session] { return CheckHealth(session); }; });
}

}  // namespace traind::client
