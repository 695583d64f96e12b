// Following a job to its end.
#ifndef TRAIND_CLIENT_CLI_WATCH_H_
#define TRAIND_CLIENT_CLI_WATCH_H_

#include <cstdint>
#include <string>

#include "client/cli/interrupt.h"
#include "client/cli/session.h"
#include "client/cli/table.h"
#include "client/cpp/client.h"

namespace traind::client {

// Shows the events of a job after `after_sequence` until it ends, as progress and a summary or as one JSON object a
// line. Returns kSuccess only if it SUCCEEDED, kJobNotSucceeded if it ended otherwise, kInterrupted after Ctrl-C (the
// job goes on, and it says so), kFailure if the watch failed or
// the output could not be written.
int WatchJob(const Session& session, const Client& client, const InterruptListener& interrupt, const std::string& name,
             int64_t after_sequence);

// Adds how a job ended: its figures of speed, model and weights, or its error. Nothing for a job that has not ended.
void AddOutcome(const v1::TrainingJob& job, Facts& facts);

}  // namespace traind::client

#endif  // TRAIND_CLIENT_CLI_WATCH_H_
