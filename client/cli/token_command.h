// `trainctl token create`: tokens for a server's --tokens_file.
#ifndef TRAIND_CLIENT_CLI_TOKEN_COMMAND_H_
#define TRAIND_CLIENT_CLI_TOKEN_COMMAND_H_

#include <CLI/CLI.hpp>

#include "client/cli/session.h"

namespace traind::client {

// `session` must outlive `app`.
void AddTokenCommands(CLI::App& app, Session& session);

}  // namespace traind::client

#endif  // TRAIND_CLIENT_CLI_TOKEN_COMMAND_H_
