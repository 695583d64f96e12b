// Writes what happens in a training run into the job's log, and nearly never holds the training up for it.
#ifndef TRAIND_SERVER_JOBS_RUN_REPORTER_H_
#define TRAIND_SERVER_JOBS_RUN_REPORTER_H_

#include <cstdint>
#include <optional>
#include <stop_token>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "engine/training/trainer.h"
#include "server/jobs/event_hub.h"
#include "server/storage/job_store.h"
#include "server/telemetry/metrics.h"

namespace traind {

// The observer of one run; all its methods are called on the training thread.
//
// An EpochEnded event goes to the log for every epoch and, while an epoch lasts, a Progressed event every kInterval.
// Its `loss` is the mean over the rows of the epoch so far, its other metrics are those of the epoch before. Events
// gather for kWriteInterval, and while a write is under way, and all go with the next, so that many short epochs cost
// few writes; those of the last moments are left to be written with the job's end. Watchers are told when a write is on
// disk. Where a step takes longer than kWriteInterval, an epoch's event is not left for the end of the next step: it
// waits for the write under way, up to kPatience of the step's time.
//
// What an earlier attempt has told is not told again: neither an epoch, nor progress up to the step that was last told
// of. The figures would be the same.
//
// Once kMaxGathered events have gathered they are written at once. If the disk cannot follow, so that as many again
// wait, the training waits for it (back-pressure): the log stays whole and the memory bounded. If a write fails, the
// rest is dropped and the run is asked to stop.
//
// Prometheus is told of samples, steps and, if they are timed, their phases with each event.
class RunReporter final : public engine::TrainingObserver {
 public:
  static constexpr double kInterval = 0.25;       // seconds
  static constexpr double kWriteInterval = 0.05;  // seconds, in training, from the begin of a write to the next
  static constexpr double kPatience = 0.05;       // of a step
  static constexpr size_t kMaxGathered = 10'000;

  // What it tells Metrics of when steps are timed.
  static StepPhases Phases();

  // The references must outlive the reporter. `told` is the job's progress when it was claimed. `stop` is asked when a
  // write fails.
  RunReporter(JobStore& jobs, EventHub& hub, Metrics& metrics, JobClaim claim, JobProgress told, std::stop_source stop);
  ~RunReporter() override;  // waits for the write under way

  // Before the first step of a run that goes on from here.
  void GoOn(const engine::TrainingProgress& progress);

  void OnStep(const engine::TrainingProgress& progress, double loss) override;
  void OnEpoch(const engine::TrainingProgress& progress, const engine::MetricValues& metrics) override;

  // After the last step, while `progress.times` are there: tells Prometheus of the phases since the last event.
  void OnEnd(const engine::TrainingProgress& progress);

  // Writes what has gathered and waits for it. The first failure of any write.
  absl::Status Flush();
  // The same, but returns what has gathered instead of writing it.
  absl::StatusOr<std::vector<JobEvent>> TakeRest();

  // As of the last step or epoch, or what was told before if that is further.
  JobProgress progress() const;

  // Mean loss of the last step; nothing before the first of this run.
  std::optional<double> last_loss() const { return last_loss_; }

 private:
  void Add(const engine::TrainingProgress& progress, const JobEvent& event);
  void CountSteps(const engine::TrainingProgress& progress);
  void CountPhases(const engine::StepTimes& times);
  void StartWriteIfDue();
  void StartWrite();
  void OnWritten(const absl::Status& status);
  absl::Status WaitForWrite(absl::Duration timeout = absl::InfiniteDuration());

  JobStore& jobs_;
  EventHub& hub_;
  Metrics& metrics_;
  const JobClaim claim_;
  const JobProgress told_;
  std::stop_source stop_;

  // Of the training thread.
  std::vector<JobEvent> gathered_;
  engine::MetricValues latest_;  // as in the job's progress
  std::optional<double> last_loss_;
  double last_event_ = 0;          // training seconds
  double step_seconds_ = 0;        // of the last step
  double last_write_ = 0;          // training seconds; from the start at first: a short run writes nothing on its own
  engine::TrainingProgress seen_;  // of the last step
  engine::TrainingProgress counted_;  // what the metrics know
  engine::StepTimes counted_times_;   // as well

  absl::Mutex mutex_;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace traind

#endif  // TRAIND_SERVER_JOBS_RUN_REPORTER_H_
