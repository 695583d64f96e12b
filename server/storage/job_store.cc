#include "server/storage/job_store.h"

#include <soci/soci.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "server/storage/changed_job.h"
#include "server/storage/enum_names.h"
#include "server/storage/job_row.h"
#include "server/storage/select.h"

namespace traind {
namespace {

std::vector<JobRecord> SelectJobs(soci::session& sql, const char* rest, const std::string& parameter) {
  return Select<JobRow>(sql, absl::StrCat(JobRow::kSelect, rest), parameter);
}

bool Exists(soci::session& sql, const char* query, const std::string& id) {
  int found = 0;
  sql << query, soci::use(id), soci::into(found);
  return sql.got_data();
}

int64_t Count(soci::session& sql, const std::string& state) {
  int64_t jobs = 0;
  sql << "SELECT jobs FROM job_counts WHERE state = :state", soci::use(state), soci::into(jobs);
  return jobs;
}

absl::StatusOr<std::optional<JobRecord>> SelectRequest(soci::session& sql, const RequestMark& mark) {
  if (mark.id.empty()) return std::nullopt;
  std::vector<JobRecord> found = SelectJobs(sql, "WHERE request_id = :request_id", mark.id);
  if (found.empty()) return std::nullopt;
  if (found.front().request.body_sha256 != mark.body_sha256) {
    return absl::AlreadyExistsError(absl::StrCat("request_id ", mark.id, " was used for trainingJobs/",
                                                 found.front().id, " with another body: use a new request_id"));
  }
  return std::move(found.front());
}

absl::Status CheckRoom(soci::session& sql, const JobRecord& job, int64_t max_queued) {
  for (const std::string& id : {job.dataset_id, job.validation_dataset_id}) {
    if (id.empty() || Exists(sql, "SELECT 1 FROM datasets WHERE id = :id", id)) continue;
    return absl::NotFoundError(absl::StrCat("there is no dataset datasets/", id));
  }
  if (Exists(sql, "SELECT 1 FROM jobs WHERE id = :id", job.id)) {
    return absl::AlreadyExistsError(
        absl::StrCat("trainingJobs/", job.id, " exists: choose another name, or delete it first"));
  }
  if (Exists(sql, "SELECT 1 FROM models WHERE id = :id", job.id)) {
    return absl::AlreadyExistsError(absl::StrCat(
        "models/", job.id, " exists, and this job's model would have its name: choose another, or delete it first"));
  }
  if (Count(sql, Name(JobState::kQueued)) >= max_queued) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the queue is full, ", max_queued, " jobs are waiting: try again later"));
  }
  return absl::OkStatus();
}

}  // namespace

std::unique_ptr<JobStore> JobStore::Make(Database& database) { return absl::WrapUnique(new JobStore(database)); }

absl::StatusOr<std::optional<JobRecord>> JobStore::FindRequest(const RequestMark& mark) {
  absl::StatusOr<std::optional<JobRecord>> found;
  absl::Status status = database_.Read([&](soci::session& sql) {
    found = SelectRequest(sql, mark);
    return found.status();
  });
  if (!status.ok()) return status;
  return found;
}

absl::Status JobStore::CheckInsertable(const JobRecord& job, int64_t max_queued) {
  return database_.Read([&](soci::session& sql) { return CheckRoom(sql, job, max_queued); });
}

absl::StatusOr<JobRecord> JobStore::Insert(JobRecord job, int64_t max_queued) {
  JobRecord inserted;
  absl::Status status = database_.Write([&](soci::session& sql) {
    absl::StatusOr<std::optional<JobRecord>> earlier = SelectRequest(sql, job.request);
    if (!earlier.ok()) return earlier.status();
    if (earlier->has_value()) {
      inserted = **std::move(earlier);
      return absl::OkStatus();
    }
    if (absl::Status room = CheckRoom(sql, job, max_queued); !room.ok()) return room;
    InsertQueuedJob(sql, job);
    inserted = SelectJobs(sql, "WHERE id = :id", job.id).at(0);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return inserted;
}

absl::StatusOr<JobRecord> JobStore::Get(const std::string& id) {
  std::vector<JobRecord> found;
  absl::Status status = database_.Read([&](soci::session& sql) {
    found = SelectJobs(sql, "WHERE id = :id", id);
    return found.empty() ? NoSuchJob(id) : absl::OkStatus();
  });
  if (!status.ok()) return status;
  return std::move(found.front());
}

absl::StatusOr<Page<JobRecord>> JobStore::List(int64_t before, int limit) {
  std::vector<JobRecord> found;
  absl::Status status = database_.Read([&](soci::session& sql) {
    const int64_t below = before > 0 ? before : std::numeric_limits<int64_t>::max();
    const int count = limit + 1;
    found = Select<JobRow>(
        sql, absl::StrCat(JobRow::kSelect, "WHERE number < :below ORDER BY number DESC LIMIT :count"), below, count);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return MakePage(std::move(found), limit);
}

absl::Status JobStore::Delete(const std::string& id) {
  return database_.Write([&](soci::session& sql) {
    int64_t number = 0;
    sql << "DELETE FROM jobs WHERE id = :id AND state IN ('SUCCEEDED', 'FAILED', 'CANCELLED') RETURNING number",
        soci::use(id), soci::into(number);
    if (sql.got_data()) return absl::OkStatus();
    std::vector<JobRecord> found = SelectJobs(sql, "WHERE id = :id", id);
    if (found.empty()) return NoSuchJob(id);
    return absl::FailedPreconditionError(absl::StrCat("trainingJobs/", id, " is ", Name(found.front().state),
                                                      ": only a job that has ended can be deleted; cancel it first"));
  });
}

absl::StatusOr<std::vector<JobEvent>> JobStore::ReadLog(const std::string& id, int64_t after_sequence, int limit) {
  std::vector<JobEvent> events;
  absl::Status status = database_.Read([&](soci::session& sql) {
    int64_t number = 0;
    int64_t last_sequence = 0;
    sql << "SELECT number, last_sequence FROM jobs WHERE id = :id", soci::use(id), soci::into(number),
        soci::into(last_sequence);
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
