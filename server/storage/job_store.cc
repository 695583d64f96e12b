#include "server/storage/job_store.h"

#include <soci/soci.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "server/errors/errors.h"
#include "server/storage/changed_job.h"
#include "server/storage/enum_names.h"
#include "server/storage/job_row.h"
#include "server/storage/select.h"
#include "server/storage/select_request.h"

namespace traind {
namespace {

constexpr absl::Duration kFullQueueRetry = absl::Seconds(5);

// The tenant whose record of that id `query` finds.
std::optional<std::string> TenantOf(soci::session& sql, const char* query, const std::string& id) {
  std::string tenant;
  sql << query, soci::use(id), soci::into(tenant);
  if (!sql.got_data()) return std::nullopt;
  return tenant;
}

int64_t Count(soci::session& sql, const std::string& state) {
  int64_t jobs = 0;
  sql << "SELECT jobs FROM job_counts WHERE state = :state", soci::use(state), soci::into(jobs);
  return jobs;
}

// Names are everybody's: who cannot see what has it hears no more than that it is taken.
absl::Status CheckName(soci::session& sql, const JobRecord& job, const TenantScope& scope) {
  const std::optional<std::string> job_of = TenantOf(sql, "SELECT tenant FROM jobs WHERE id = :id", job.id);
  const std::optional<std::string> model_of = TenantOf(sql, "SELECT tenant FROM models WHERE id = :id", job.id);
  if ((job_of && !scope.Covers(*job_of)) || (model_of && !scope.Covers(*model_of))) {
    return WithReason(
        absl::AlreadyExistsError(absl::StrCat("the name trainingJobs/", job.id, " is taken: choose another")),
        "NAME_TAKEN");
  }
  if (job_of) {
    return absl::AlreadyExistsError(
        absl::StrCat("trainingJobs/", job.id, " exists: choose another name, or delete it first"));
  }
  if (model_of) {
    return absl::AlreadyExistsError(absl::StrCat(
        "models/", job.id, " exists, and this job's model would have its name: choose another, or delete it first"));
  }
  return absl::OkStatus();
}

absl::Status CheckTenantQueue(soci::session& sql, const std::string& tenant, const JobLimits& limits) {
  if (limits.tenant_queued == 0) return absl::OkStatus();
  int64_t queued = 0;
  sql << "SELECT COUNT(*) FROM jobs WHERE state IN ('QUEUED', 'PAUSED') AND tenant = :tenant", soci::use(tenant),
      soci::into(queued);
  if (queued < limits.tenant_queued) return absl::OkStatus();
  return WithRetryDelay(
      WithReason(absl::ResourceExhaustedError(absl::StrCat(
                     queued, " jobs of tenant ", tenant,
                     " are waiting or paused, which is all that --max_tenant_queued_jobs allows: try again "
                     "later, or cancel some")),
                 "TENANT_QUEUE_FULL", {{"max_tenant_queued_jobs", absl::StrCat(limits.tenant_queued)}}),
      kFullQueueRetry);
}

absl::Status CheckQueue(soci::session& sql, int64_t max_queued) {
  const int64_t queued = Count(sql, Name(JobState::kQueued));
  const int64_t paused = Count(sql, Name(JobState::kPaused));
  if (queued + paused < max_queued) return absl::OkStatus();
  return WithRetryDelay(
      WithReason(absl::ResourceExhaustedError(absl::StrCat("the queue is full, ", queued, " jobs are waiting and ",
                                                           paused, " are paused: try again later, or cancel some")),
                 "QUEUE_FULL",
                 {{"queued", absl::StrCat(queued)},
                  {"paused", absl::StrCat(paused)},
                  {"running", absl::StrCat(Count(sql, Name(JobState::kRunning)))},
                  {"max_queued", absl::StrCat(max_queued)}}),
      kFullQueueRetry);
}

absl::Status CheckRoom(soci::session& sql, const JobRecord& job, int64_t max_queued, const JobLimits& limits,
                       const TenantScope& scope) {
  for (const std::string& id : {job.dataset_id, job.validation_dataset_id}) {
    if (id.empty()) continue;
    const std::optional<std::string> tenant = TenantOf(sql, "SELECT tenant FROM datasets WHERE id = :id", id);
    if (!tenant || !scope.Covers(*tenant)) {
      return absl::NotFoundError(absl::StrCat("there is no dataset datasets/", id));
    }
  }
  if (absl::Status free = CheckName(sql, job, scope); !free.ok()) return free;
  if (absl::Status room = CheckTenantQueue(sql, job.tenant, limits); !room.ok()) return room;
  return CheckQueue(sql, max_queued);
}

}  // namespace

std::unique_ptr<JobStore> JobStore::Make(Database& database, JobLimits limits) {
  return absl::WrapUnique(new JobStore(database, limits));
}

absl::StatusOr<std::optional<JobRecord>> JobStore::FindRequest(const RequestMark& mark) {
  absl::StatusOr<std::optional<JobRecord>> found;
  absl::Status status = database_.Read([&](soci::session& sql) {
    found = SelectRequest<JobRow>(sql, mark);
    return found.status();
  });
  if (!status.ok()) return status;
  return found;
}

absl::Status JobStore::CheckInsertable(const JobRecord& job, int64_t max_queued, const TenantScope& scope) {
  return database_.Read([&](soci::session& sql) { return CheckRoom(sql, job, max_queued, limits_, scope); });
}

absl::StatusOr<JobRecord> JobStore::Insert(JobRecord job, int64_t max_queued, const TenantScope& scope) {
  JobRecord inserted;
  absl::Status status = database_.Write([&](soci::session& sql) {
    absl::StatusOr<std::optional<JobRecord>> earlier = SelectRequest<JobRow>(sql, job.request);
    if (!earlier.ok()) return earlier.status();
    if (earlier->has_value()) {
      inserted = **std::move(earlier);
      return absl::OkStatus();
    }
    if (absl::Status room = CheckRoom(sql, job, max_queued, limits_, scope); !room.ok()) return room;
    InsertQueuedJob(sql, job);
    inserted = SelectJob(sql, job.id, TenantScope::All()).at(0);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return inserted;
}

absl::StatusOr<JobRecord> JobStore::Get(const std::string& id, const TenantScope& scope) {
  std::vector<JobRecord> found;
  absl::Status status = database_.Read([&](soci::session& sql) {
    found = SelectJob(sql, id, scope);
    return found.empty() ? NoSuchJob(id) : absl::OkStatus();
  });
  if (!status.ok()) return status;
  return std::move(found.front());
}

absl::StatusOr<Page<JobRecord>> JobStore::List(int64_t before, int limit, const TenantScope& scope) {
  Page<JobRecord> page;
  absl::Status status = database_.Read([&](soci::session& sql) {
    const int64_t below = before > 0 ? before : std::numeric_limits<int64_t>::max();
    page = SelectPage<JobRow>(
        sql, absl::StrCat(JobRow::kSelect, "WHERE ", scope.condition(), " AND number < :below ORDER BY number DESC"),
        limit, scope.parameter(), below);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return page;
}

absl::Status JobStore::Delete(const std::string& id, const TenantScope& scope) {
  return database_.Write([&](soci::session& sql) {
    std::string tenant;
    sql << absl::StrCat("DELETE FROM jobs WHERE id = :id AND ", scope.condition(),
                        " AND state IN ('SUCCEEDED', 'FAILED', 'CANCELLED') RETURNING tenant"),
        soci::use(id), soci::use(scope.parameter()), soci::into(tenant);
    if (sql.got_data()) {
      // Of tenants no more is kept than of their jobs.
      sql << "DELETE FROM tenants WHERE name = :tenant AND NOT EXISTS (SELECT 1 FROM jobs WHERE tenant = :tenant)",
          soci::use(tenant, "tenant");
      return absl::OkStatus();
    }
    std::vector<JobRecord> found = SelectJob(sql, id, scope);
    if (found.empty()) return NoSuchJob(id);
    return absl::FailedPreconditionError(absl::StrCat("trainingJobs/", id, " is ", Name(found.front().state),
                                                      ": only a job that has ended can be deleted; cancel it first"));
  });
}

absl::StatusOr<std::vector<JobEvent>> JobStore::ReadLog(const std::string& id, int64_t after_sequence, int limit,
                                                        const TenantScope& scope) {
  std::vector<JobEvent> events;
  absl::Status status = database_.Read([&](soci::session& sql) {
    int64_t number = 0;
    int64_t last_sequence = 0;
    sql << absl::StrCat("SELECT number, last_sequence FROM jobs WHERE id = :id AND ", scope.condition()), soci::use(id),
        soci::use(scope.parameter()), soci::into(number), soci::into(last_sequence);
    if (!sql.got_data()) return NoSuchJob(id);
    if (after_sequence > last_sequence) {
      return absl::OutOfRangeError(absl::StrCat("after_sequence is ", after_sequence, ", but the log of trainingJobs/",
                                                id, " ends with ", last_sequence));
    }
    events = Select<EventRow>(sql, EventRow::kSelect, number, after_sequence, limit);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return events;
}

absl::StatusOr<std::map<JobState, int64_t>> JobStore::CountByState() {
  std::map<JobState, int64_t> counts;
  absl::Status status = database_.Read([&](soci::session& sql) {
    for (JobState state : {JobState::kQueued, JobState::kRunning, JobState::kPausing, JobState::kPaused,
                           JobState::kCancelling, JobState::kSucceeded, JobState::kFailed, JobState::kCancelled}) {
      counts[state] = Count(sql, Name(state));
    }
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return counts;
}

absl::StatusOr<absl::Duration> JobStore::OldestQueued(absl::Time now) {
  int64_t since = 0;
  absl::Status status = database_.Read([&](soci::session& sql) {
    // By number, which the index has them in; only a clock that was set back makes that another order.
    sql << "SELECT COALESCE((SELECT create_time FROM jobs WHERE state = 'QUEUED' ORDER BY number LIMIT 1), 0)",
        soci::into(since);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return since == 0 ? absl::ZeroDuration() : std::max(now - absl::FromUnixMicros(since), absl::ZeroDuration());
}

}  // namespace traind
