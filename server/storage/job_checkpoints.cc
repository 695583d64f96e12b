// Which checkpoints jobs have.
#include <soci/soci.h>

#include <vector>

#include "server/storage/changed_job.h"
#include "server/storage/job_store.h"
#include "server/storage/select.h"

namespace traind {
namespace {

using soci::into;
using soci::use;

// For Select of select.h.
struct CheckpointRow {
  static constexpr char kOfJob[] =
      "SELECT job_number, attempt, step FROM job_checkpoints WHERE job_number = :number "
      "ORDER BY attempt DESC, step DESC";
  static constexpr char kAll[] = "SELECT job_number, attempt, step FROM job_checkpoints";

  void Bind(soci::statement& statement) {
    statement.exchange(into(record.job_number));
    statement.exchange(into(record.attempt));
    statement.exchange(into(record.step));
  }
  CheckpointRecord ToRecord() const { return record; }
  std::string Name() const { return "checkpoint"; }

  CheckpointRecord record;
};

void DeleteRow(soci::session& sql, const CheckpointRecord& checkpoint) {
  sql << "DELETE FROM job_checkpoints WHERE job_number = :number AND attempt = :attempt AND step = :step",
      use(checkpoint.job_number), use(checkpoint.attempt), use(checkpoint.step);
}

}  // namespace

absl::StatusOr<std::vector<CheckpointRecord>> JobStore::AddCheckpoint(const JobClaim& claim, int64_t step,
                                                                      absl::Time now) {
  std::vector<CheckpointRecord> forgotten;
  const int64_t time = absl::ToUnixMicros(now);
  absl::Status status = database_.Write([&](soci::session& sql) {
    forgotten.clear();
    absl::StatusOr<ChangedJob> job = ExtendLog(sql, claim, 0);
    if (!job.ok()) return job.status();
    sql << "INSERT INTO job_checkpoints (job_number, attempt, step) VALUES (:number, :attempt, :step)",
        use(job->number), use(claim.attempt), use(step);
    sql << "UPDATE jobs SET crashes = 0, checkpoint_time = :now WHERE number = :number", use(time), use(job->number);
    const std::vector<CheckpointRecord> all = Select<CheckpointRow>(sql, CheckpointRow::kOfJob, job->number);
    for (size_t i = kKeptCheckpoints; i < all.size(); ++i) {
      DeleteRow(sql, all[i]);
      forgotten.push_back(all[i]);
    }
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return forgotten;
}

absl::Status JobStore::ForgetCheckpoint(const JobClaim& claim, const CheckpointRecord& checkpoint) {
  return database_.Write([&](soci::session& sql) {
    absl::StatusOr<ChangedJob> job = ExtendLog(sql, claim, 0);
    if (!job.ok()) return job.status();
    DeleteRow(sql, checkpoint);
    return absl::OkStatus();
  });
}

absl::StatusOr<std::vector<CheckpointRecord>> JobStore::Checkpoints(int64_t job_number) {
  std::vector<CheckpointRecord> found;
  absl::Status status = database_.Read([&](soci::session& sql) {
    found = Select<CheckpointRow>(sql, CheckpointRow::kOfJob, job_number);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return found;
}

absl::StatusOr<std::vector<CheckpointRecord>> JobStore::AllCheckpoints() {
  std::vector<CheckpointRecord> found;
  absl::Status status = database_.Read([&](soci::session& sql) {
    found = Select<CheckpointRow>(sql, CheckpointRow::kAll);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return found;
}

absl::StatusOr<absl::Duration> JobStore::OldestUnsaved(absl::Time now) {
  int64_t since = 0;
  absl::Status status = database_.Read([&](soci::session& sql) {
    sql << "SELECT COALESCE(MIN(CASE WHEN checkpoint_time > start_time THEN checkpoint_time ELSE start_time END), 0) "
           "FROM jobs WHERE state = 'RUNNING'",
        into(since);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return since == 0 ? absl::ZeroDuration() : now - absl::FromUnixMicros(since);
}

}  // namespace traind
