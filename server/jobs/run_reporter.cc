#include "server/jobs/run_reporter.h"

#include <new>
#include <utility>

#include "absl/time/clock.h"

namespace traind {
namespace {

JobProgress ToJobProgress(const engine::TrainingProgress& progress, const engine::MetricValues& metrics) {
  return {.epoch = progress.epoch,
          .epochs = progress.epochs,
          .step = progress.step,
          .steps = progress.steps,
          .samples_per_second = progress.seconds > 0 ? static_cast<double>(progress.samples) / progress.seconds : 0,
          .metrics = metrics};
}

}  // namespace

StepPhases RunReporter::Phases() {
  StepPhases phases;
  phases.names.assign(engine::kStepPhaseNames.begin(), engine::kStepPhaseNames.end());
  for (std::size_t i = 0; i < engine::PhaseTimes::kBounds; ++i) {
    phases.bounds.push_back(engine::PhaseTimes::UpperBound(i));
  }
  return phases;
}

RunReporter::RunReporter(JobStore& jobs, EventHub& hub, Metrics& metrics, JobClaim claim, JobProgress told,
                         std::stop_source stop)
    : jobs_(jobs),
      hub_(hub),
      metrics_(metrics),
      claim_(std::move(claim)),
      told_(std::move(told)),
      stop_(std::move(stop)),
      latest_(told_.metrics) {}

RunReporter::~RunReporter() { WaitForWrite().IgnoreError(); }

void RunReporter::GoOn(const engine::TrainingProgress& progress) {
  seen_ = counted_ = progress;
  last_event_ = last_write_ = progress.seconds;
  if (progress.times != nullptr) counted_times_ = *progress.times;
}

void RunReporter::OnStep(const engine::TrainingProgress& progress, double loss) {
  last_loss_ = loss;
  step_seconds_ = progress.seconds - seen_.seconds;
  seen_ = progress;
  if (progress.step > told_.step && progress.seconds - last_event_ >= kInterval) {
    latest_["loss"] = progress.mean_loss;
    Add(progress, {.time = absl::Now(), .kind = Progressed{ToJobProgress(progress, latest_)}});
  } else if (!gathered_.empty()) {
    StartWriteIfDue();
  }
}

void RunReporter::OnEpoch(const engine::TrainingProgress& progress, const engine::MetricValues& metrics) {
  seen_ = progress;
  if (progress.epoch <= told_.epoch) return;
  latest_ = metrics;
  Add(progress, {.time = absl::Now(), .kind = EpochEnded{ToJobProgress(progress, metrics)}});
  // Nobody looks again before the end of the next step.
  if (step_seconds_ < kWriteInterval || gathered_.empty()) return;
  WaitForWrite(absl::Seconds(kPatience * step_seconds_)).IgnoreError();
  StartWrite();
}

void RunReporter::OnEnd(const engine::TrainingProgress& progress) {
  if (progress.times != nullptr) CountPhases(*progress.times);
}

absl::Status RunReporter::Flush() {
  WaitForWrite().IgnoreError();
  StartWrite();
  CountSteps(seen_);
  return WaitForWrite();
}

absl::StatusOr<std::vector<JobEvent>> RunReporter::TakeRest() {
  CountSteps(seen_);
  if (absl::Status written = WaitForWrite(); !written.ok()) return written;
  return std::exchange(gathered_, {});
}

JobProgress RunReporter::progress() const {
  if (seen_.step == 0 || seen_.step < told_.step) return told_;
  return ToJobProgress(seen_, latest_);
}

void RunReporter::Add(const engine::TrainingProgress& progress, const JobEvent& event) {
  last_event_ = progress.seconds;
  CountSteps(progress);
  if (progress.times != nullptr) CountPhases(*progress.times);
  gathered_.push_back(event);
  if (gathered_.size() < kMaxGathered) {
    StartWriteIfDue();
  } else {
    WaitForWrite().IgnoreError();
    StartWrite();
  }
}

void RunReporter::StartWriteIfDue() {
  if (seen_.seconds - last_write_ < kWriteInterval) return;
  StartWrite();
}

void RunReporter::CountSteps(const engine::TrainingProgress& progress) {
  metrics_.SamplesProcessed(progress.samples - counted_.samples);
  metrics_.StepsProcessed(progress.step - counted_.step);
  counted_ = progress;
}

void RunReporter::CountPhases(const engine::StepTimes& times) {
  for (std::size_t phase = 0; phase < times.size(); ++phase) {
    auto since = times[phase].counts;
    for (std::size_t i = 0; i < since.size(); ++i) since[i] -= counted_times_[phase].counts[i];
    metrics_.StepPhase(engine::kStepPhaseNames[phase], since, times[phase].seconds - counted_times_[phase].seconds);
  }
  counted_times_ = times;
}

void RunReporter::StartWrite() {
  {
    absl::MutexLock lock(&mutex_);
    if (!status_.ok()) gathered_.clear();
    if (writing_ || gathered_.empty()) return;
    writing_ = true;
  }
  last_write_ = seen_.seconds;
  try {
    jobs_.AppendAsync(claim_, std::exchange(gathered_, {}), [this](const absl::Status& status) { OnWritten(status); });
  } catch (const std::bad_alloc&) {
    // Nothing was handed over, so that nobody else will tell.
    OnWritten(absl::ResourceExhaustedError("memory ran out while the log was written"));
  }
}

// On the database's thread, mostly.
void RunReporter::OnWritten(const absl::Status& status) {
  if (status.ok()) {
    hub_.Publish(claim_.id);
  } else {
    stop_.request_stop();
  }
  absl::MutexLock lock(&mutex_);
  status_.Update(status);
  writing_ = false;  // the reporter may be gone once the lock is
}

absl::Status RunReporter::WaitForWrite(absl::Duration timeout) {
  absl::MutexLock lock(&mutex_);
  auto idle = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !writing_; };
  mutex_.AwaitWithTimeout(absl::Condition(&idle), timeout);
  return status_;
}

}  // namespace traind
