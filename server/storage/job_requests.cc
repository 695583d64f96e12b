// What users ask of jobs, and how a worker answers.
#include <soci/soci.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/storage/changed_job.h"
#include "server/storage/enum_names.h"
#include "server/storage/job_row.h"
#include "server/storage/job_store.h"
#include "server/storage/select.h"

namespace traind {
namespace {

using soci::into;
using soci::use;

// Runs `change`, which may change job `id` and returns its row then, and answers with the job as it is afterwards.
template <typename Change>
absl::StatusOr<JobRecord> Request(Database& database, const std::string& id, const TenantScope& scope, absl::Time now,
                                  Change change) {
  std::vector<JobRecord> found;
  absl::Status status = database.Write([&](soci::session& sql) {
    if (SelectJob(sql, id, scope).empty()) return NoSuchJob(id);
    ChangedJob job;
    change(sql, job);
    if (sql.got_data()) {
      job.LogState(sql, now);
      if (HasEnded(JobStateOf(job.state))) ForgetCheckpoints(sql, job.number);
    }
    found = SelectJob(sql, id, scope);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return std::move(found.front());
}

absl::Status CannotBe(const char* done, const JobRecord& job) {
  return absl::FailedPreconditionError(
      absl::StrCat("trainingJobs/", job.id, " is ", Name(job.state), " and cannot be ", done));
}

}  // namespace

absl::StatusOr<JobRecord> JobStore::RequestCancel(const std::string& id, absl::Time now, const TenantScope& scope) {
  const int64_t time = absl::ToUnixMicros(now);
  return Request(database_, id, scope, now, [&](soci::session& sql, ChangedJob& job) {
    sql << "UPDATE jobs SET "
           "state = CASE WHEN state IN ('QUEUED', 'PAUSED') THEN 'CANCELLED' ELSE 'CANCELLING' END, "
           "end_time = CASE WHEN state IN ('QUEUED', 'PAUSED') THEN :now ELSE NULL END, "
           "last_sequence = last_sequence + 1 "
           "WHERE id = :id AND state IN ('QUEUED', 'PAUSED', 'RUNNING', 'PAUSING') "
           "RETURNING number, state, last_sequence",
        use(time), use(id), into(job.number), into(job.state), into(job.last_sequence);
  });
}

absl::StatusOr<JobRecord> JobStore::RequestPause(const std::string& id, absl::Time now, const TenantScope& scope) {
  absl::StatusOr<JobRecord> paused = Request(database_, id, scope, now, [&](soci::session& sql, ChangedJob& job) {
    sql << "UPDATE jobs SET state = CASE state WHEN 'QUEUED' THEN 'PAUSED' ELSE 'PAUSING' END, "
           "last_sequence = last_sequence + 1 "
           "WHERE id = :id AND state IN ('QUEUED', 'RUNNING') RETURNING number, state, last_sequence",
        use(id), into(job.number), into(job.state), into(job.last_sequence);
  });
  if (!paused.ok() || paused->state == JobState::kPausing || paused->state == JobState::kPaused) return paused;
  return CannotBe("paused", *paused);
}

absl::StatusOr<JobRecord> JobStore::Resume(const std::string& id, absl::Time now, const TenantScope& scope) {
  absl::StatusOr<JobRecord> resumed = Request(database_, id, scope, now, [&](soci::session& sql, ChangedJob& job) {
    sql << "UPDATE jobs SET state = 'QUEUED', last_sequence = last_sequence + 1 "
           "WHERE id = :id AND state = 'PAUSED' RETURNING number, state, last_sequence",
        use(id), into(job.number), into(job.state), into(job.last_sequence);
  });
  if (!resumed.ok() || resumed->state == JobState::kQueued || resumed->state == JobState::kRunning) return resumed;
  return CannotBe(resumed->state == JobState::kPausing ? "resumed before it is PAUSED" : "resumed", *resumed);
}

absl::StatusOr<JobRecord> JobStore::Pause(const JobClaim& claim, absl::Time now) {
  JobRecord paused;
  absl::Status status = database_.Write([&](soci::session& sql) {
    ChangedJob job;
    sql << "UPDATE jobs SET state = 'PAUSED', owner = '', lease_until = 0, last_sequence = last_sequence + 1 "
           "WHERE id = :id AND attempt = :attempt AND state = 'PAUSING' RETURNING number, state, last_sequence",
        use(claim.id), use(claim.attempt), into(job.number), into(job.state), into(job.last_sequence);
    if (sql.got_data()) {
      job.LogState(sql, now);
    } else {
      // It is CANCELLING, or no longer this worker's.
      absl::StatusOr<ChangedJob> running = ExtendLog(sql, claim, 0);
      if (!running.ok()) return running.status();
      job = *std::move(running);
    }
    paused = LoadJob(sql, job.number);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return paused;
}

}  // namespace traind
