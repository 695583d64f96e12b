// `trainctl model export`.
#ifndef TRAIND_CLIENT_CLI_EXPORT_COMMAND_H_
#define TRAIND_CLIENT_CLI_EXPORT_COMMAND_H_

#include <CLI/CLI.hpp>

#include "client/cli/session.h"

namespace traind::client {

void AddExportCommand(CLI::App& group, Session& session);

}  // namespace traind::client

#endif  // TRAIND_CLIENT_CLI_EXPORT_COMMAND_H_
