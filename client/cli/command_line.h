// trainctl: traind from a shell. One file per group of commands; this one has the global options.
#ifndef TRAIND_CLIENT_CLI_COMMAND_LINE_H_
#define TRAIND_CLIENT_CLI_COMMAND_LINE_H_

namespace traind::client {

// Runs a command line of trainctl. Results go to stdout, errors and hints to stderr; returns the exit code
// (client/cli/errors.h).
int RunCommandLine(int argc, char** argv);

}  // namespace traind::client

#endif  // TRAIND_CLIENT_CLI_COMMAND_LINE_H_
