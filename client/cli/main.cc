#include <cstdlib>

#include "client/cli/command_line.h"

int main(int argc, char** argv) {
  // What gRPC has to say is in the status of the call; its own log lines would stand between.
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);
  return traind::client::RunCommandLine(argc, argv);
}
