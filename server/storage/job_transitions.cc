// How jobs move from state to state, each move with its event.
#include <soci/soci.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/storage/changed_job.h"
#include "server/storage/enum_names.h"
#include "server/storage/job_row.h"
#include "server/storage/job_store.h"
#include "server/storage/model_row.h"
#include "server/storage/record_json.h"
#include "server/storage/select.h"

namespace traind {
namespace {

using soci::into;
using soci::use;

void SetProgress(soci::session& sql, int64_t number, const JobProgress& progress) {
  const std::string text = ToText(ToJson(progress));
  sql << "UPDATE jobs SET progress = :progress WHERE number = :number", use(text), use(number);
}

const JobProgress* ProgressIn(const JobEvent& event) {
  if (const auto* progressed = std::get_if<Progressed>(&event.kind)) return &progressed->progress;
  if (const auto* epoch_ended = std::get_if<EpochEnded>(&event.kind)) return &epoch_ended->progress;
  return nullptr;
}

// Puts `events` into the room that ExtendLog has made, the first of them behind `sequence`.
void InsertEvents(soci::session& sql, int64_t number, int64_t sequence, std::vector<JobEvent>& events) {
  for (JobEvent& event : events) {
    event.sequence = ++sequence;
    InsertEvent(sql, number, event);
  }
}

absl::Status Append(soci::session& sql, const JobClaim& claim, std::vector<JobEvent>& events) {
  const int64_t count = static_cast<int64_t>(events.size());
  absl::StatusOr<ChangedJob> job = ExtendLog(sql, claim, count);
  if (!job.ok()) return job.status();
  InsertEvents(sql, job->number, job->last_sequence - count, events);
  const JobProgress* progress = nullptr;
  for (const JobEvent& event : events) {
    if (const JobProgress* in_event = ProgressIn(event)) progress = in_event;
  }
  if (progress != nullptr) SetProgress(sql, job->number, *progress);
  return absl::OkStatus();
}

absl::Status CheckEnd(const JobEnd& end) {
  if (!HasEnded(end.state)) return absl::InvalidArgumentError("a job cannot end in a state that is no end");
  if (end.state == JobState::kSucceeded && !(end.result && end.model)) {
    return absl::InvalidArgumentError("a job cannot succeed without a result and a model");
  }
  return absl::OkStatus();
}

// Writes the end into the job's row and its log.
void SetEnd(soci::session& sql, const ChangedJob& job, const JobEnd& end, absl::Time now) {
  ForgetCheckpoints(sql, job.number);
  StateChanged event{.state = end.state, .result = {}, .error = {}};
  if (end.state == JobState::kSucceeded) event.result = end.result;
  if (end.state == JobState::kFailed) event.error = end.error;
  const std::string state = Name(end.state);
  const std::string result = event.result ? ToText(ToJson(*event.result)) : "";
  const std::string error = event.error ? ToText(ToJson(*event.error)) : "";
  const int64_t end_time = absl::ToUnixMicros(now);
  sql << "UPDATE jobs SET state = :state, result = NULLIF(:result, ''), error = NULLIF(:error, ''), "
         "end_time = :end_time WHERE number = :number",
      use(state), use(result), use(error), use(end_time), use(job.number);
  SetProgress(sql, job.number, end.progress);
  InsertEvent(sql, job.number, {.sequence = job.last_sequence, .time = now, .kind = event});
}

// Whether it is a crash that made an interruption, and how many are borne in a row.
struct Crash {
  bool is = false;
  int64_t most = 0;
};

// Takes a job from the worker that is gone.
JobRecord Recover(soci::session& sql, int64_t number, const Crash& crash, absl::Time now) {
  const int64_t crashes = crash.is ? 1 : 0;
  ChangedJob job;
  int64_t crashes_so_far = 0;
  sql << "UPDATE jobs SET crashes = crashes + :crashes, owner = '', lease_until = 0, "
         "last_sequence = last_sequence + 1 WHERE number = :number RETURNING number, state, last_sequence, crashes",
      use(crashes), use(number), into(job.number), into(job.state), into(job.last_sequence), into(crashes_so_far);
  JobEnd end;
  end.state = JobState::kCancelled;
  end.progress = LoadJob(sql, number).progress;
  if (JobStateOf(job.state) == JobState::kCancelling) {
    SetEnd(sql, job, end, now);
  } else if (crash.is && crashes_so_far >= crash.most) {
    end.state = JobState::kFailed;
    end.error = JobError{
        .reason = JobErrorReason::kInternal,
        .message = absl::StrCat("the server ended ", crashes_so_far, crashes_so_far == 1 ? " time" : " times in a row",
                                " while it ran this job, with no newer checkpoint, perhaps for lack of memory: try a "
                                "smaller network or a smaller batch_size, or checkpoint more often"),
        .step = end.progress.step};
    SetEnd(sql, job, end, now);
  } else {
    job.state = Name(JobStateOf(job.state) == JobState::kPausing ? JobState::kPaused : JobState::kQueued);
    sql << "UPDATE jobs SET state = :state WHERE number = :number", use(job.state), use(number);
    job.LogState(sql, now);
  }
  return LoadJob(sql, number);
}

std::vector<int64_t> Interrupted(soci::session& sql) {
  std::vector<int64_t> numbers;
  int64_t number = 0;
  soci::statement statement =
      (sql.prepare << "SELECT number FROM jobs WHERE state IN ('RUNNING', 'PAUSING', 'CANCELLING') ORDER BY number",
       into(number));
  statement.execute();
  while (statement.fetch()) numbers.push_back(number);
  return numbers;
}

absl::StatusOr<std::vector<JobRecord>> RecoverAll(Database& database, const Crash& crash, absl::Time now) {
  std::vector<JobRecord> recovered;
  absl::Status status = database.Write([&](soci::session& sql) {
    for (int64_t number : Interrupted(sql)) recovered.push_back(Recover(sql, number, crash, now));
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return recovered;
}

// See JobStore::Claim. `waiting` hops from one tenant with such jobs to the next: a few seeks in an index for each of
// them, however many jobs wait and however many tenants there have been.
std::optional<int64_t> NextQueued(soci::session& sql) {
  int64_t number = 0;
  sql << "WITH RECURSIVE highest(priority) AS (SELECT MAX(priority) FROM jobs WHERE state = 'QUEUED'), "
         "waiting(tenant) AS ("
         "SELECT MIN(tenant) FROM jobs WHERE state = 'QUEUED' AND priority = (SELECT priority FROM highest) "
         "UNION ALL "
         "SELECT (SELECT MIN(tenant) FROM jobs WHERE state = 'QUEUED' AND priority = (SELECT priority FROM highest) "
         "AND tenant > waiting.tenant) FROM waiting WHERE waiting.tenant IS NOT NULL) "
         "SELECT (SELECT MIN(number) FROM jobs WHERE state = 'QUEUED' AND priority = (SELECT priority FROM highest) "
         "AND tenant = waiting.tenant) AS next "
         "FROM waiting LEFT JOIN tenants ON tenants.name = waiting.tenant "
         "LEFT JOIN (SELECT tenant, SUM(threads) AS cores FROM jobs WHERE state IN ('RUNNING', 'PAUSING', "
         "'CANCELLING') GROUP BY tenant) AS running ON running.tenant = waiting.tenant "
         "WHERE waiting.tenant IS NOT NULL "
         "ORDER BY COALESCE(running.cores, 0), COALESCE(tenants.last_claim, 0), next LIMIT 1",
      into(number);
  if (!sql.got_data()) return std::nullopt;
  return number;
}

}  // namespace

absl::StatusOr<std::optional<JobRecord>> JobStore::Claim(const std::string& owner, absl::Time now,
                                                         absl::Time lease_until, JobResources free) {
  std::optional<JobRecord> claimed;
  const int64_t start_time = absl::ToUnixMicros(now);
  const int64_t lease_time = absl::ToUnixMicros(lease_until);
  absl::Status status = database_.Write([&](soci::session& sql) {
    const std::optional<int64_t> next = NextQueued(sql);
    if (!next) return absl::OkStatus();
    ChangedJob job;
    sql << "UPDATE jobs SET state = 'RUNNING', owner = :owner, attempt = attempt + 1, lease_until = :lease_until, "
           "start_time = :start_time, last_sequence = last_sequence + 1 "
           "WHERE number = :number AND threads <= :cores AND memory_bytes <= :memory_bytes "
           "RETURNING number, state, last_sequence",
        use(owner), use(lease_time), use(start_time), use(*next), use(free.cores), use(free.memory_bytes),
        into(job.number), into(job.state), into(job.last_sequence);
    if (!sql.got_data()) return absl::OkStatus();
    job.LogState(sql, now);
    claimed = LoadJob(sql, job.number);
    sql << "INSERT INTO tenants (name, last_claim) "
           "VALUES (:tenant, (SELECT COALESCE(MAX(last_claim), 0) + 1 FROM tenants)) "
           "ON CONFLICT (name) DO UPDATE SET last_claim = excluded.last_claim",
        use(claimed->tenant);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return claimed;
}

absl::StatusOr<int64_t> JobStore::LimitResources(JobResources all) {
  int64_t limited = 0;
  absl::Status status = database_.Write([&](soci::session& sql) {
    soci::statement update =
        (sql.prepare
             << "UPDATE jobs SET threads = MIN(threads, :cores), memory_bytes = MIN(memory_bytes, :bytes) "
                "WHERE state IN ('QUEUED', 'PAUSED') AND (threads > :cores_limit OR memory_bytes > :bytes_limit)",
         use(all.cores), use(all.memory_bytes), use(all.cores), use(all.memory_bytes));
    update.execute(true);
    limited = update.get_affected_rows();
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return limited;
}

void JobStore::AppendAsync(const JobClaim& claim, std::vector<JobEvent> events,
                           std::function<void(absl::Status)> done) {
  database_.WriteAsync(
      [claim, events = std::move(events)](soci::session& sql) mutable { return Append(sql, claim, events); },
      std::move(done));
}

absl::StatusOr<JobRecord> JobStore::Finish(const JobClaim& claim, JobEnd end, absl::Time now) {
  if (absl::Status status = CheckEnd(end); !status.ok()) return status;
  JobRecord ended;
  absl::Status status = database_.Write([&](soci::session& sql) {
    const int64_t count = static_cast<int64_t>(end.events.size()) + 1;
    absl::StatusOr<ChangedJob> job = ExtendLog(sql, claim, count);
    if (!job.ok()) return job.status();
    InsertEvents(sql, job->number, job->last_sequence - count, end.events);
    if (JobStateOf(job->state) == JobState::kCancelling) end.state = JobState::kCancelled;
    SetEnd(sql, *job, end, now);
    if (end.state == JobState::kSucceeded) InsertModel(sql, *end.model);
    ended = LoadJob(sql, job->number);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return ended;
}

absl::StatusOr<std::vector<JobRecord>> JobStore::RecoverInterrupted(absl::Time now, int64_t max_attempts) {
  return RecoverAll(database_, {.is = true, .most = max_attempts}, now);
}

absl::StatusOr<std::vector<JobRecord>> JobStore::RequeueInterrupted(absl::Time now) {
  return RecoverAll(database_, {}, now);
}

}  // namespace traind
