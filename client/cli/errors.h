// How trainctl fails: the exit codes, and errors that a person can act on.
#ifndef TRAIND_CLIENT_CLI_ERRORS_H_
#define TRAIND_CLIENT_CLI_ERRORS_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "client/cli/session.h"

namespace traind::client {

enum ExitCode {
  kSuccess = 0,
  kFailure = 1,
  kUsage = 2,
  kJobNotSucceeded = 3,  // a job that was watched ended FAILED or CANCELLED
  kInterrupted = 130,    // as a shell reports a command that Ctrl-C ended
};

// The text of an error: `trainctl: cannot ACTION: MESSAGE (CODE)`, a line for every field violation, a next step where
// one is known, and the id of the call. `collection` is the group of commands (dataset, job or model) that shows and
// deletes what the call is about; empty when no such hint would help.
std::string DescribeError(const Session& session, std::string_view action, std::string_view collection,
                          const absl::Status& status);

// Prints that text on stderr and returns kFailure.
int Fail(const Session& session, std::string_view action, std::string_view collection, const absl::Status& status);

}  // namespace traind::client

#endif  // TRAIND_CLIENT_CLI_ERRORS_H_
