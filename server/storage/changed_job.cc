#include "server/storage/changed_job.h"

#include "absl/strings/str_cat.h"
#include "server/storage/enum_names.h"
#include "server/storage/job_row.h"
#include "server/storage/select.h"

namespace traind {
namespace {

using soci::into;
using soci::use;

absl::Status WhyNotRunning(soci::session& sql, const JobClaim& claim) {
  std::string state;
  int64_t attempt = 0;
  sql << "SELECT state, attempt FROM jobs WHERE id = :id", use(claim.id), into(state), into(attempt);
  if (!sql.got_data()) return NoSuchJob(claim.id);
  return absl::AbortedError(absl::StrCat("attempt ", claim.attempt, " of trainingJobs/", claim.id,
                                         " is over: the job is ", state, " in attempt ", attempt));
}

}  // namespace

void ChangedJob::LogState(soci::session& sql, absl::Time now) const {
  const StateChanged event{.state = JobStateOf(state), .result = {}, .error = {}};
  InsertEvent(sql, number, {.sequence = last_sequence, .time = now, .kind = event});
}

absl::StatusOr<ChangedJob> ExtendLog(soci::session& sql, const JobClaim& claim, int64_t events) {
  ChangedJob job;
  sql << "UPDATE jobs SET last_sequence = last_sequence + :events "
         "WHERE id = :id AND attempt = :attempt AND state IN ('RUNNING', 'PAUSING', 'CANCELLING') "
         "RETURNING number, state, last_sequence",
      use(events), use(claim.id), use(claim.attempt), into(job.number), into(job.state), into(job.last_sequence);
  if (!sql.got_data()) return WhyNotRunning(sql, claim);
  return job;
}

JobRecord LoadJob(soci::session& sql, int64_t number) {
  return Select<JobRow>(sql, absl::StrCat(JobRow::kSelect, "WHERE number = :number"), number).at(0);
}

absl::Status NoSuchJob(const std::string& id) {
  return absl::NotFoundError(absl::StrCat("there is no job trainingJobs/", id));
}

void ForgetCheckpoints(soci::session& sql, int64_t number) {
  sql << "DELETE FROM job_checkpoints WHERE job_number = :number", use(number);
}

}  // namespace traind
