// `trainctl health`: for those who start servers and look after them.
#ifndef TRAIND_CLIENT_CLI_HEALTH_COMMAND_H_
#define TRAIND_CLIENT_CLI_HEALTH_COMMAND_H_

#include <CLI/CLI.hpp>

#include "client/cli/session.h"

namespace traind::client {

// Adds the command to `app`; given, it puts its work into `session.run`, which outlives `app`. It exits with 0 if the
// server says SERVING, with 1 if it says anything else or nothing at all.
void AddHealthCommand(CLI::App& app, Session& session);

}  // namespace traind::client

#endif  // TRAIND_CLIENT_CLI_HEALTH_COMMAND_H_
