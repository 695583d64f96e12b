// Jobs and their logs. Every change of a job and the event that tells of it are one transaction.
//
// Writes of a worker name the attempt they belong to and change nothing (Aborted) if the job has since been given to
// another: `WHERE id = ... AND attempt = ...`. The same statements then serve several servers on one database.
#ifndef TRAIND_SERVER_STORAGE_JOB_STORE_H_
#define TRAIND_SERVER_STORAGE_JOB_STORE_H_

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/storage/database.h"
#include "server/storage/page.h"
#include "server/storage/records.h"
#include "server/storage/tenant_scope.h"

namespace traind {

// Which job, and which claim of it.
struct JobClaim {
  std::string id;
  int64_t attempt = 0;
};

// What a job takes while it runs, or what is there for jobs.
struct JobResources {
  int64_t cores = 0;
  int64_t memory_bytes = 0;
};

// How a worker's run of a job ended.
struct JobEnd {
  JobState state = JobState::kFailed;  // kSucceeded, kFailed or kCancelled
  JobProgress progress;
  std::optional<JobError> error;     // with kFailed
  std::optional<JobResult> result;   // with kSucceeded
  std::optional<ModelRecord> model;  // with kSucceeded: published in the same transaction
  std::vector<JobEvent> events;      // what the log still lacks before the end
};

struct JobLimits {
  int64_t tenant_queued = 0;  // jobs of a tenant that may wait or be paused; 0: no limit
};

// Thread-safe. NotFound where an id names no job in the scope.
class JobStore final {
 public:
  // The database must outlive the store.
  static std::unique_ptr<JobStore> Make(Database& database, JobLimits limits = {});

  // The job, as it is now, that an earlier insert with this mark made: nothing if there is none, AlreadyExists if its
  // body was another. An empty mark has none. Lets a repeat be answered though its dataset is gone.
  absl::StatusOr<std::optional<JobRecord>> FindRequest(const RequestMark& mark);
  // Inserts a QUEUED job and its first event; with a mark seen before, returns the earlier job as FindRequest does.
  // Else AlreadyExists if a job or a model has the id, which is all it says if that is another
  // tenant's. NotFound if a dataset is not in the scope. ResourceExhausted, with a
  // retry delay: QUEUE_FULL with the counts if `max_queued` jobs are waiting or paused, TENANT_QUEUE_FULL if so many of
  // the tenant are as JobLimits allows.
  absl::StatusOr<JobRecord> Insert(JobRecord job, int64_t max_queued, const TenantScope& scope = TenantScope::All());
  // What Insert would answer now to a job without a mark; changes nothing.
  absl::Status CheckInsertable(const JobRecord& job, int64_t max_queued, const TenantScope& scope = TenantScope::All());
  absl::StatusOr<JobRecord> Get(const std::string& id, const TenantScope& scope = TenantScope::All());
  // The newest first, those created before number `before` (0: from the newest), at most `limit`.
  absl::StatusOr<Page<JobRecord>> List(int64_t before, int limit, const TenantScope& scope = TenantScope::All());
  // FailedPrecondition if it has not ended. Its log goes too.
  absl::Status Delete(const std::string& id, const TenantScope& scope = TenantScope::All());

  // Gives the next QUEUED job to `owner`: RUNNING, with the next attempt. The next one is of the highest priority; of
  // several tenants with such jobs, it is of the one whose running jobs have the fewest threads, and then of the one
  // who has waited longest since a job of his was claimed; of his jobs it is the oldest. Nothing if none waits, or if
  // the next takes more than is `free`: no job is overtaken.
  absl::StatusOr<std::optional<JobRecord>> Claim(const std::string& owner, absl::Time now, absl::Time lease_until,
                                                 JobResources free = kUnlimited);
  // QUEUED and PAUSED jobs that take more than `all` there is, and would wait for ever, take all of it. Returns how
  // many there were.
  absl::StatusOr<int64_t> LimitResources(JobResources all);
  // Appends to the log of a running job, in order, and keeps the last progress among `events` in the job. Does not
  // wait; `done` is told on the database's writer thread and must not block.
  void AppendAsync(const JobClaim& claim, std::vector<JobEvent> events, std::function<void(absl::Status)> done);
  // Ends a running job with its last events; a job that is CANCELLING ends CANCELLED whatever is asked. Returns the job
  // as it ended. Its checkpoints are forgotten.
  absl::StatusOr<JobRecord> Finish(const JobClaim& claim, JobEnd end, absl::Time now);
  // QUEUED and PAUSED become CANCELLED, RUNNING and PAUSING become CANCELLING, each with its event; any other state
  // stays. The checkpoints of a job that ends so are forgotten.
  absl::StatusOr<JobRecord> RequestCancel(const std::string& id, absl::Time now,
                                          const TenantScope& scope = TenantScope::All());
  // QUEUED becomes PAUSED, RUNNING becomes PAUSING, each with its event; PAUSING and PAUSED stay. FailedPrecondition in
  // any other state.
  absl::StatusOr<JobRecord> RequestPause(const std::string& id, absl::Time now,
                                         const TenantScope& scope = TenantScope::All());
  // PAUSED becomes QUEUED, with its event, in its old place in the queue; QUEUED and RUNNING stay. FailedPrecondition
  // in any other state.
  absl::StatusOr<JobRecord> Resume(const std::string& id, absl::Time now,
                                   const TenantScope& scope = TenantScope::All());
  // PAUSING becomes PAUSED, with its event, when the worker has let go of the job. Returns the job; one that is
  // CANCELLING by now stays.
  absl::StatusOr<JobRecord> Pause(const JobClaim& claim, absl::Time now);

  // A checkpoint of a running job after `step` is durable; crashes count anew from here. Only the newest
  // kKeptCheckpoints stay: returns those that are forgotten, the files of which may go.
  static constexpr int kKeptCheckpoints = 2;
  absl::StatusOr<std::vector<CheckpointRecord>> AddCheckpoint(const JobClaim& claim, int64_t step, absl::Time now);
  // Forgets one that turned out to be of no use.
  absl::Status ForgetCheckpoint(const JobClaim& claim, const CheckpointRecord& checkpoint);
  // Those of a job, the newest first. OK for a job that has none, or that is not there.
  absl::StatusOr<std::vector<CheckpointRecord>> Checkpoints(int64_t job_number);
  // Those of all jobs.
  absl::StatusOr<std::vector<CheckpointRecord>> AllCheckpoints();
  // The longest that a job is RUNNING since its newest checkpoint, or its start; 0 if none is.
  absl::StatusOr<absl::Duration> OldestUnsaved(absl::Time now);

  // How long ago the oldest QUEUED job was created; 0 if none waits.
  absl::StatusOr<absl::Duration> OldestQueued(absl::Time now);

  // For a server that starts: jobs that were RUNNING under a server that is gone are QUEUED again, those PAUSING are
  // PAUSED, those CANCELLING are CANCELLED, each with its event. Their progress stays: it is how far the log tells of
  // them. But a job under which a server ended `max_attempts` times in a row, with no newer checkpoint between, is
  // FAILED with INTERNAL, lest one that uses up the memory kills every server that starts. Returns the jobs as they are
  // now, the oldest first.
  absl::StatusOr<std::vector<JobRecord>> RecoverInterrupted(absl::Time now, int64_t max_attempts = 3);
  // The same for a server that stops cleanly and has stopped its workers: it counts as no crash and fails no job.
  absl::StatusOr<std::vector<JobRecord>> RequeueInterrupted(absl::Time now);

  // Events after `after_sequence`, at most `limit`, in order. OutOfRange if the log is shorter than `after_sequence`.
  absl::StatusOr<std::vector<JobEvent>> ReadLog(const std::string& id, int64_t after_sequence, int limit,
                                                const TenantScope& scope = TenantScope::All());
  absl::StatusOr<std::map<JobState, int64_t>> CountByState();

  static constexpr JobResources kUnlimited = {.cores = std::numeric_limits<int64_t>::max(),
                                              .memory_bytes = std::numeric_limits<int64_t>::max()};

 private:
  JobStore(Database& database, JobLimits limits) : database_(database), limits_(limits) {}

  Database& database_;
  const JobLimits limits_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_JOB_STORE_H_
