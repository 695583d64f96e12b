// What the statements that change jobs share: each makes the job's log longer.
#ifndef TRAIND_SERVER_STORAGE_CHANGED_JOB_H_
#define TRAIND_SERVER_STORAGE_CHANGED_JOB_H_

#include <soci/soci.h>

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/storage/job_store.h"
#include "server/storage/records.h"

namespace traind {

// A job that a statement has just changed and whose log it has made longer.
struct ChangedJob {
  int64_t number = 0;
  std::string state;
  int64_t last_sequence = 0;

  // Writes the state into the log, as its last line.
  void LogState(soci::session& sql, absl::Time now) const;
};

// Makes room for `events` events in the log of a job that runs under this very claim; Aborted if it does not.
absl::StatusOr<ChangedJob> ExtendLog(soci::session& sql, const JobClaim& claim, int64_t events);

// The job of that number, which there is.
JobRecord LoadJob(soci::session& sql, int64_t number);

absl::Status NoSuchJob(const std::string& id);

// Of a job that has ended.
void ForgetCheckpoints(soci::session& sql, int64_t number);

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_CHANGED_JOB_H_
