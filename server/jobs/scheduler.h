// Gives queued jobs to worker threads. The database is the queue: nothing is kept here that a restart would lose.
#ifndef TRAIND_SERVER_JOBS_SCHEDULER_H_
#define TRAIND_SERVER_JOBS_SCHEDULER_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "server/jobs/resource_pool.h"
#include "server/jobs/training_run.h"
#include "server/storage/database.h"
#include "server/storage/job_store.h"
#include "server/storage/records.h"

namespace traind {

struct SchedulerOptions {
  // What jobs train on: each takes as many cores as it has threads, and the memory that it is expected to need.
  JobResources resources = {.cores = 1, .memory_bytes = std::numeric_limits<int64_t>::max()};
  int64_t max_queued = 10'000;  // and paused
  int64_t max_attempts = 3;     // crashes in a row without a newer checkpoint after which a job is not tried again
  std::string owner;            // names this server process in the rows it claims
};

// Jobs start in the order of JobStore::Claim, each when the cores for its threads and its memory are free (see
// ResourcePool). A job keeps them until its end is on disk, so that they stand idle for that moment.
//
// Thread-safe. Idle workers sleep until there is something to do.
class Scheduler final {
 public:
  // `database` is the one under `parts`; it and what `parts` refers to must outlive the scheduler.
  Scheduler(RunParts parts, Database& database, SchedulerOptions options);
  ~Scheduler();  // as Drain without a deadline

  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  // Puts right what an earlier server process left RUNNING, as JobStore::RecoverInterrupted: mostly it is queued again
  // and goes on from its newest checkpoint, in the same log, with the next attempt. Jobs that take more than there is
  // now take less. Checkpoints that belong to no job any more are removed. Call once, before Start and before anybody
  // is served, so that nobody sees a job RUNNING that no worker has.
  absl::Status Recover();

  // Starts the workers, one a core. Call once, after Recover. ResourceExhausted if the system has not so many threads:
  // then no job is claimed.
  absl::Status Start();

  // Stores `job` as QUEUED and wakes a worker. Needs id, dataset_id, spec_json, threads (at most the cores), progress
  // (epochs and steps in all) and, if there is one, the request's mark; the rest is filled here. Errors as
  // JobStore::Insert. Works before Start and after Drain too: the job waits.
  absl::StatusOr<JobRecord> Submit(JobRecord job, const TenantScope& scope = TenantScope::All());

  // Whether Submit would take `job` now, with its errors; stores nothing. Needs id and dataset_id. The request's mark
  // is not looked at.
  absl::Status CheckSubmittable(const JobRecord& job, const TenantScope& scope = TenantScope::All());

  // Asks a job to stop: CANCELLED if it was QUEUED or PAUSED, CANCELLING if it was RUNNING or PAUSING (it ends after
  // the step at hand), unchanged if it had ended. NotFound.
  absl::StatusOr<JobRecord> Cancel(const std::string& id, const TenantScope& scope = TenantScope::All());

  // Asks a job to save its state and to let go of its cores, as JobStore::RequestPause; PAUSING until it has.
  absl::StatusOr<JobRecord> Pause(const std::string& id, const TenantScope& scope = TenantScope::All());
  // Queues a paused job again, as JobStore::Resume.
  absl::StatusOr<JobRecord> Resume(const std::string& id, const TenantScope& scope = TenantScope::All());

  // Stops claiming, asks the running jobs to save their state after the step at hand, and waits for them. Those that it
  // interrupts are QUEUED again, with that event in their log, for the next start. DeadlineExceeded if some still run
  // then, or something in the database could not be written, which the next start puts right as well. May be called
  // again, to wait longer.
  absl::Status Drain(absl::Time deadline);

  // After a Drain that was not in time, of a server that ends all the same: the jobs that still run are QUEUED again,
  // as by Drain, with the state that was last saved. Their workers change nothing any more.
  void Abandon();

  // Brings the gauges up to date (jobs by state, ages, what is reserved, core seconds): call it before the metrics are
  // read.
  absl::Status UpdateGauges();

 private:
  using Clock = std::chrono::steady_clock;

  struct Running {
    std::stop_source stop;
    Clock::time_point start;
    int64_t threads = 0;
  };

  absl::Status Requeue(const std::vector<std::string>& interrupted);

  // On the worker threads.
  void Work(int index);
  // The next queued job, once there is one and pool_ has what it takes, which is then taken; nothing when draining.
  std::optional<JobRecord> ClaimNext();
  void RunClaimed(const JobRecord& job);
  // RunTraining, again and again while storage fails for passing reasons. The job keeps its cores and its attempt: the
  // database, which could tell of another, is on the same disk. When `stop` asks meanwhile, it ends where it was last
  // saved.
  RunEnd RunToEnd(JobRecord job, const std::stop_token& stop);
  // The end of a run that was stopped: whether it is in the database, as PAUSED or CANCELLED. Else the server stops,
  // and the next one finds the job.
  bool WriteStop(const JobRecord& job, RunEnd run);
  // True if the job has ended in the database.
  bool WriteEnd(const JobRecord& job, RunEnd run);
  // Tries again until draining while the database is busy or full. What it refuses for another reason ends as FAILED
  // with INTERNAL instead, which is tried once.
  absl::StatusOr<JobRecord> Finish(const JobRecord& job, JobEnd end);
  void CountEnded(const std::vector<JobRecord>& recovered);
  // Calls `write` until it gives anything but Unavailable or ResourceExhausted, or draining begins.
  absl::StatusOr<JobRecord> Insist(const std::function<absl::StatusOr<JobRecord>()>& write);
  // Asks the run of a job to stop, if there is one.
  void StopRun(const std::string& id);
  absl::StatusOr<std::vector<CheckpointRecord>> CheckpointsOf(const std::string& id);
  void RemoveFiles(const absl::StatusOr<std::vector<CheckpointRecord>>& checkpoints);

  const RunParts parts_;
  Database& database_;
  const SchedulerOptions options_;

  ResourcePool pool_;
  std::stop_source draining_;

  absl::Mutex mutex_;
  int live_workers_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::flat_hash_map<std::string, Running> running_ ABSL_GUARDED_BY(mutex_);  // by job id
  std::vector<std::string> interrupted_ ABSL_GUARDED_BY(mutex_);
  absl::Duration busy_ ABSL_GUARDED_BY(mutex_);      // cores, by runs that are over
  absl::Duration reported_ ABSL_GUARDED_BY(mutex_);  // of busy time, to the metrics
  std::vector<std::thread> threads_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_JOBS_SCHEDULER_H_
