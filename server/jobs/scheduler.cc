#include "server/jobs/scheduler.h"

#include <pthread.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/errors/errors.h"
#include "server/jobs/backoff.h"
#include "server/storage/blob_references.h"
#include "server/storage/enum_names.h"
#include "server/telemetry/log_scope.h"

namespace traind {
namespace {

// As the database keeps it, so that what comes back can be compared with what went in.
absl::Time NowInMicros() { return absl::FromUnixMicros(absl::ToUnixMicros(absl::Now())); }

JobResources ResourcesOf(const JobRecord& job) { return {.cores = job.threads, .memory_bytes = job.memory_bytes}; }

}  // namespace

Scheduler::Scheduler(RunParts parts, Database& database, SchedulerOptions options)
    : parts_(std::move(parts)), database_(database), options_(std::move(options)), pool_(options_.resources) {
  for (const JobState state : {JobState::kSucceeded, JobState::kCancelled})
    parts_.metrics.ExpectJobEnd(Name(state), "");
  for (const JobErrorReason reason :
       {JobErrorReason::kDiverged, JobErrorReason::kDataLoss, JobErrorReason::kResourceExhausted,
        JobErrorReason::kInternal, JobErrorReason::kInvalidData, JobErrorReason::kNoBfloat16}) {
    parts_.metrics.ExpectJobEnd(Name(JobState::kFailed), Name(reason));
  }
  parts_.metrics.SetBudget(options_.resources.cores, options_.resources.memory_bytes);
}

Scheduler::~Scheduler() {
  Drain(absl::InfiniteFuture()).IgnoreError();
  for (std::thread& thread : threads_) thread.join();
}

absl::Status Scheduler::Recover() {
  absl::StatusOr<std::vector<JobRecord>> recovered = parts_.jobs.RecoverInterrupted(absl::Now(), options_.max_attempts);
  if (!recovered.ok()) return recovered.status();
  for (const JobRecord& job : *recovered) {
    const LogScope log_scope({.job = job.id});
    spdlog::info("interrupted when the last server stopped, now {}", Name(job.state));
  }
  CountEnded(*recovered);
  parts_.metrics.SetRecoveredJobs(static_cast<int64_t>(recovered->size()));
  absl::StatusOr<std::vector<CheckpointRecord>> checkpoints = parts_.jobs.AllCheckpoints();
  if (!checkpoints.ok()) return checkpoints.status();
  if (absl::Status swept = parts_.checkpoints.Sweep(*checkpoints); !swept.ok()) {
    spdlog::warn("old checkpoints stay: {}", swept.ToString());
  }
  absl::StatusOr<int64_t> limited = parts_.jobs.LimitResources(options_.resources);
  if (limited.ok() && *limited > 0) {
    spdlog::warn(
        "{} queued jobs have more threads than there are cores now, {}, or need more memory than the budget, "
        "{} MiB: they run with all there is",
        *limited, options_.resources.cores, options_.resources.memory_bytes >> 20);
  }
  return limited.status();
}

absl::Status Scheduler::Start() {
  absl::MutexLock lock(&mutex_);
  try {
    for (int i = 0; i < options_.resources.cores; ++i) {
      threads_.emplace_back([this, i] { Work(i); });
      ++live_workers_;
    }
  } catch (const std::system_error& error) {
    draining_.request_stop();
    pool_.Close();  // those that are there look for no job
    return absl::ResourceExhaustedError(absl::StrCat("worker thread ", threads_.size() + 1, " of ",
                                                     options_.resources.cores, " cannot be made (", error.what(),
                                                     "): use fewer cores, or raise the limit of processes"));
  }
  return absl::OkStatus();
}

void Scheduler::CountEnded(const std::vector<JobRecord>& recovered) {
  for (const JobRecord& job : recovered) {
    if (HasEnded(job.state)) parts_.metrics.JobFinished(Name(job.state), job.error ? Name(job.error->reason) : "");
  }
}

absl::StatusOr<JobRecord> Scheduler::Submit(JobRecord job, const TenantScope& scope) {
  const absl::Time now = NowInMicros();
  job.state = JobState::kQueued;
  job.create_time = now;
  absl::StatusOr<JobRecord> stored = parts_.jobs.Insert(std::move(job), options_.max_queued, scope);
  if (!stored.ok()) return stored;
  // A repeated request gets the job of the first one, which is older.
  if (stored->create_time != now) return stored;
  parts_.metrics.JobSubmitted();
  const LogScope log_scope({.job = stored->id});
  spdlog::info("accepted");
  pool_.QueueChanged();
  return stored;
}

absl::Status Scheduler::CheckSubmittable(const JobRecord& job, const TenantScope& scope) {
  return parts_.jobs.CheckInsertable(job, options_.max_queued, scope);
}

absl::StatusOr<JobRecord> Scheduler::Cancel(const std::string& id, const TenantScope& scope) {
  const LogScope log_scope({.job = id});
  const absl::Time now = NowInMicros();
  const absl::StatusOr<std::vector<CheckpointRecord>> checkpoints = CheckpointsOf(id);
  absl::StatusOr<JobRecord> job = parts_.jobs.RequestCancel(id, now, scope);
  if (!job.ok()) return job;
  if (job->state == JobState::kCancelling) StopRun(id);
  if (job->state == JobState::kCancelled) RemoveFiles(checkpoints);
  if (job->state == JobState::kCancelled && job->end_time == now) {
    parts_.metrics.JobFinished(Name(job->state), "");
    pool_.QueueChanged();  // it may have been the large one that the others waited behind
  }
  parts_.hub.Publish(id);
  return job;
}

absl::StatusOr<JobRecord> Scheduler::Pause(const std::string& id, const TenantScope& scope) {
  absl::StatusOr<JobRecord> job = parts_.jobs.RequestPause(id, NowInMicros(), scope);
  if (!job.ok()) return job;
  if (job->state == JobState::kPausing) StopRun(id);
  if (job->state == JobState::kPaused) pool_.QueueChanged();
  parts_.hub.Publish(id);
  return job;
}

absl::StatusOr<JobRecord> Scheduler::Resume(const std::string& id, const TenantScope& scope) {
  absl::StatusOr<JobRecord> job = parts_.jobs.Resume(id, NowInMicros(), scope);
  if (!job.ok()) return job;
  pool_.QueueChanged();
  parts_.hub.Publish(id);
  return job;
}

void Scheduler::StopRun(const std::string& id) {
  absl::MutexLock lock(&mutex_);
  if (auto running = running_.find(id); running != running_.end()) running->second.stop.request_stop();
}

absl::StatusOr<std::vector<CheckpointRecord>> Scheduler::CheckpointsOf(const std::string& id) {
  absl::StatusOr<JobRecord> job = parts_.jobs.Get(id);
  if (!job.ok()) return job.status();
  return parts_.jobs.Checkpoints(job->number);
}

void Scheduler::RemoveFiles(const absl::StatusOr<std::vector<CheckpointRecord>>& checkpoints) {
  const absl::Status removed = checkpoints.ok() ? parts_.checkpoints.Remove(*checkpoints) : checkpoints.status();
  if (!removed.ok()) spdlog::warn("its checkpoints stay till the next start: {}", removed.ToString());
}

absl::Status Scheduler::Drain(absl::Time deadline) {
  std::vector<std::string> interrupted;
  {
    absl::MutexLock lock(&mutex_);
    draining_.request_stop();
    pool_.Close();
    for (auto& [id, running] : running_) running.stop.request_stop();
    auto idle = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return live_workers_ == 0; };
    if (!mutex_.AwaitWithDeadline(absl::Condition(&idle), deadline)) {
      return absl::DeadlineExceededError(absl::StrCat(running_.size(), " jobs still run"));
    }
    interrupted.swap(interrupted_);
  }
  // Nobody runs a job any more: whatever is RUNNING was interrupted.
  return Requeue(interrupted);
}

void Scheduler::Abandon() {
  std::vector<std::string> running;
  {
    absl::MutexLock lock(&mutex_);
    for (const auto& [id, run] : running_) running.push_back(id);
  }
  if (const absl::Status status = Requeue(running); !status.ok()) {
    spdlog::error("the jobs still at work cannot be queued again, the next start sees to them: {}", status.ToString());
  }
}

absl::Status Scheduler::Requeue(const std::vector<std::string>& interrupted) {
  if (interrupted.empty()) return absl::OkStatus();
  absl::StatusOr<std::vector<JobRecord>> requeued = parts_.jobs.RequeueInterrupted(absl::Now());
  if (requeued.ok()) CountEnded(*requeued);
  for (const std::string& id : interrupted) parts_.hub.Publish(id);
  return requeued.status();
}

absl::Status Scheduler::UpdateGauges() {
  absl::StatusOr<std::map<JobState, int64_t>> counts = parts_.jobs.CountByState();
  if (!counts.ok()) return counts.status();
  for (const auto& [state, count] : *counts) parts_.metrics.SetJobs(Name(state), count);
  absl::StatusOr<absl::Duration> unsaved = parts_.jobs.OldestUnsaved(absl::Now());
  if (!unsaved.ok()) return unsaved.status();
  parts_.metrics.SetCheckpointAge(*unsaved);
  absl::StatusOr<absl::Duration> waiting = parts_.jobs.OldestQueued(absl::Now());
  if (!waiting.ok()) return waiting.status();
  parts_.metrics.SetOldestQueued(*waiting);
  const JobResources free = pool_.Free();
  parts_.metrics.SetReserved(options_.resources.cores - free.cores,
                             options_.resources.memory_bytes - free.memory_bytes);

  absl::MutexLock lock(&mutex_);
  absl::Duration busy = busy_;
  for (const auto& [id, running] : running_) busy += running.threads * absl::FromChrono(Clock::now() - running.start);
  if (busy > reported_) parts_.metrics.CoresBusy(busy - reported_);
  reported_ = std::max(busy, reported_);
  return absl::OkStatus();
}

void Scheduler::Work(int index) {
  pthread_setname_np(pthread_self(), absl::StrCat("traind-job-", index).c_str());
  while (std::optional<JobRecord> job = ClaimNext()) {
    RunClaimed(*job);
    pool_.GiveBack(ResourcesOf(*job));
  }
  absl::MutexLock lock(&mutex_);
  --live_workers_;
}

std::optional<JobRecord> Scheduler::ClaimNext() {
  Backoff backoff;
  while (const std::optional<JobResources> free = pool_.WaitToLook()) {
    // No other server shares the database, so that the claim holds as long as this one lives.
    absl::StatusOr<std::optional<JobRecord>> job =
        parts_.jobs.Claim(options_.owner, absl::Now(), absl::InfiniteFuture(), *free);
    if (!job.ok()) {
      spdlog::error("cannot look for queued jobs, next try in {}: {}", absl::FormatDuration(backoff.delay()),
                    job.status().ToString());
      backoff.Wait(draining_.get_token());
      pool_.LookFailed();
      continue;
    }
    backoff = {};
    if (job->has_value()) {
      pool_.Took(ResourcesOf(**job));
      return *std::move(job);
    }
    pool_.LookedInVain();
  }
  return std::nullopt;
}

void Scheduler::RunClaimed(const JobRecord& job) {
  const LogScope log_scope({.job = job.id});
  std::stop_source stop;
  const auto start = Clock::now();
  {
    absl::MutexLock lock(&mutex_);
    running_[job.id] = {.stop = stop, .start = start, .threads = job.threads};
    if (draining_.stop_requested()) stop.request_stop();
  }
  parts_.hub.Publish(job.id);
  if (job.attempt == 1) parts_.metrics.QueueWait(*job.start_time - job.create_time);
  // A cancel or a pause that came after the claim and found nothing running yet is seen here; one that comes now finds
  // the job.
  const absl::StatusOr<JobRecord> claimed = parts_.jobs.Get(job.id);
  if (claimed.ok() && claimed->state != JobState::kRunning) stop.request_stop();
  spdlog::info("attempt {} starts on {} threads", job.attempt, job.threads);

  RunEnd end = RunToEnd(job, stop.get_token());
  const bool stopped = end.end.state == JobState::kCancelled;
  const bool written = stopped ? WriteStop(job, std::move(end)) : WriteEnd(job, std::move(end));

  absl::MutexLock lock(&mutex_);
  busy_ += job.threads * absl::FromChrono(Clock::now() - start);
  // One that was resumed at once may be with another worker already.
  auto running = running_.find(job.id);
  if (running != running_.end() && running->second.stop == stop) running_.erase(running);
  if (!written) interrupted_.push_back(job.id);
}

RunEnd Scheduler::RunToEnd(JobRecord job, const std::stop_token& stop) {
  Backoff backoff;
  while (true) {
    absl::StatusOr<RunEnd> end = RunTraining(parts_, job, stop);
    if (end.ok()) return *std::move(end);
    spdlog::error("attempt {} is held up, next try in {}: {}", job.attempt, absl::FormatDuration(backoff.delay()),
                  end.status().ToString());
    parts_.metrics.JobHeldUp();
    const bool go_on = backoff.Wait(stop);
    // What was told by then is in the database only.
    absl::StatusOr<JobRecord> now = parts_.jobs.Get(job.id);
    if (now.ok() && now->attempt == job.attempt) job = *std::move(now);
    if (go_on) continue;
    RunEnd stopped;
    stopped.end.state = JobState::kCancelled;
    stopped.end.progress = job.progress;
    return stopped;
  }
}

bool Scheduler::WriteStop(const JobRecord& job, RunEnd run) {
  const absl::StatusOr<JobRecord> now = Insist([&] { return parts_.jobs.Pause({job.id, job.attempt}, absl::Now()); });
  if (now.ok() && now->state == JobState::kCancelling) return WriteEnd(job, std::move(run));
  if (now.ok() && now->state == JobState::kPaused) {
    parts_.hub.Publish(job.id);
    spdlog::info("paused after step {}", run.end.progress.step);
    return true;
  }
  if (now.ok() || IsPassing(now.status())) {
    spdlog::info("interrupted after step {}, since the server stops", run.end.progress.step);
  } else {
    spdlog::error("that it stopped after step {} cannot be written, the next start sees to it: {}",
                  run.end.progress.step, now.status().ToString());
  }
  return false;
}

bool Scheduler::WriteEnd(const JobRecord& job, RunEnd run) {
  const absl::StatusOr<std::vector<CheckpointRecord>> checkpoints = parts_.jobs.Checkpoints(job.number);
  const std::string weights = run.end.model ? run.end.model->weights.sha256 : "";
  absl::StatusOr<JobRecord> ended = Finish(job, std::move(run.end));
  run.weights.reset();
  if (!weights.empty() && (!ended.ok() || ended->state != JobState::kSucceeded)) {
    absl::Status removed = RemoveUnreferenced(database_, parts_.blobs, {weights});
    if (!removed.ok()) spdlog::warn("unused weights {} stay: {}", weights, removed.ToString());
  }
  if (!ended.ok()) {
    spdlog::error("the end of attempt {} is lost: {}", job.attempt, ended.status().ToString());
    return false;
  }
  RemoveFiles(checkpoints);
  const std::string reason = ended->error ? Name(ended->error->reason) : "";
  parts_.metrics.JobFinished(Name(ended->state), reason);
  parts_.metrics.JobDuration(*ended->end_time - *ended->start_time);
  parts_.hub.Publish(job.id);
  spdlog::info("{} after {} steps{}{}", Name(ended->state), ended->progress.step, ended->error ? ": " : "",
               ended->error ? ended->error->message : "");
  return true;
}

absl::StatusOr<JobRecord> Scheduler::Finish(const JobRecord& job, JobEnd end) {
  const auto finish = [&] { return parts_.jobs.Finish({job.id, job.attempt}, end, absl::Now()); };
  absl::StatusOr<JobRecord> ended = Insist(finish);
  const absl::Status& status = ended.status();
  if (status.ok() || absl::IsAborted(status) || absl::IsNotFound(status) || IsPassing(status)) return ended;
  spdlog::error("its end {} cannot be written: {}", Name(end.state), status.ToString());
  const std::string message =
      absl::StrCat("the end of the training, ", Name(end.state), ", could not be kept: ", status.message());
  end = {.state = JobState::kFailed,
         .progress = end.progress,
         .error = JobError{JobErrorReason::kInternal, message, end.progress.step},
         .result = {},
         .model = {},
         .events = {}};
  return Insist(finish);
}

absl::StatusOr<JobRecord> Scheduler::Insist(const std::function<absl::StatusOr<JobRecord>()>& write) {
  Backoff backoff;
  while (true) {
    absl::StatusOr<JobRecord> written = write();
    if (!IsPassing(written.status())) return written;
    spdlog::error("its end cannot be written, next try in {}: {}", absl::FormatDuration(backoff.delay()),
                  written.status().ToString());
    if (!backoff.Wait(draining_.get_token())) return written;
  }
}

}  // namespace traind
