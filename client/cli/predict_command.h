// `trainctl model predict`
#ifndef TRAIND_CLIENT_CLI_PREDICT_COMMAND_H_
#define TRAIND_CLIENT_CLI_PREDICT_COMMAND_H_

#include <CLI/CLI.hpp>

#include "client/cli/session.h"

namespace traind::client {

// As AddModelCommands; `group` is `model`.
void AddPredictCommand(CLI::App& group, Session& session);

}  // namespace traind::client

#endif  // TRAIND_CLIENT_CLI_PREDICT_COMMAND_H_
