// `trainctl dataset ...`
#ifndef TRAIND_CLIENT_CLI_DATASET_COMMANDS_H_
#define TRAIND_CLIENT_CLI_DATASET_COMMANDS_H_

#include <CLI/CLI.hpp>

#include "client/cli/session.h"

namespace traind::client {

// Adds the group to `app`. A command that was given puts its work into `session.run`; `session` outlives `app`.
void AddDatasetCommands(CLI::App& app, Session& session);

}  // namespace traind::client

#endif  // TRAIND_CLIENT_CLI_DATASET_COMMANDS_H_
