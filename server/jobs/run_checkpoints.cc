#include "server/jobs/run_checkpoints.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/clock.h"

namespace traind {
namespace {

// Whether trying again would be of no use.
bool IsLost(const absl::Status& status) {
  return absl::IsDataLoss(status) || absl::IsNotFound(status) || absl::IsInvalidArgument(status);
}

}  // namespace

RunCheckpoints::RunCheckpoints(const Parts& parts, const JobRecord& job, const engine::CheckpointSpec& spec,
                               std::string identity)
    : parts_(parts),
      claim_({job.id, job.attempt}),
      job_number_(job.number),
      spec_(spec),
      identity_(std::move(identity)) {}

absl::StatusOr<std::unique_ptr<engine::Trainer>> RunCheckpoints::Restore(
    const std::function<absl::StatusOr<std::unique_ptr<engine::Trainer>>()>& make) {
  absl::StatusOr<std::vector<CheckpointRecord>> checkpoints = parts_.jobs.Checkpoints(job_number_);
  if (!checkpoints.ok()) return checkpoints.status();
  for (const CheckpointRecord& checkpoint : *checkpoints) {
    auto trainer = make();
    if (!trainer.ok()) return trainer;
    const absl::Status restored = RestoreFrom(checkpoint, **trainer);
    if (restored.ok()) {
      spdlog::info("goes on after step {}", checkpoint.step);
      parts_.metrics.JobResumed();
      trainer_ = trainer->get();
      return trainer;
    }
    // The next try may well read it.
    if (!IsLost(restored)) return restored;
    spdlog::warn("the checkpoint of step {} cannot be used: {}", checkpoint.step, restored.ToString());
    // Else it would take the place of one that is good.
    parts_.metrics.CheckpointLost();
    absl::Status forgotten = parts_.jobs.ForgetCheckpoint(claim_, checkpoint);
    if (forgotten.ok()) forgotten = parts_.files.Remove({checkpoint});
    if (!forgotten.ok()) spdlog::warn("it cannot be removed: {}", forgotten.ToString());
  }
  if (!checkpoints->empty()) spdlog::warn("starts anew");
  auto trainer = make();
  if (trainer.ok()) trainer_ = trainer->get();
  return trainer;
}

absl::Status RunCheckpoints::RestoreFrom(const CheckpointRecord& checkpoint, engine::Trainer& trainer) {
  absl::StatusOr<std::unique_ptr<MappedFile>> file = parts_.files.Map(checkpoint);
  if (!file.ok()) return file.status();
  absl::StatusOr<engine::TrainingProgress> progress = trainer.RestoreState(identity_, (*file)->bytes());
  if (!progress.ok()) return progress.status();
  saved_ = *progress;
  parts_.reporter.GoOn(*progress);
  return absl::OkStatus();
}

void RunCheckpoints::OnStep(const engine::TrainingProgress& progress, double loss) {
  parts_.reporter.OnStep(progress, loss);
  if (IsDue(progress)) Save(progress);
}

void RunCheckpoints::OnEpoch(const engine::TrainingProgress& progress, const engine::MetricValues& metrics) {
  parts_.reporter.OnEpoch(progress, metrics);
  if (spec_.every_epochs && progress.epoch - saved_.epoch >= *spec_.every_epochs && progress.seconds >= not_before_) {
    Save(progress);
  }
}

bool RunCheckpoints::IsDue(const engine::TrainingProgress& progress) const {
  if (spec_.every_epochs || progress.seconds < not_before_) return false;
  if (spec_.every_steps) return progress.step - saved_.step >= *spec_.every_steps;
  const double pause = spec_.every_seconds.value_or(std::max(kDefaultSeconds, kCostShare * cost_));
  return progress.seconds - saved_.seconds >= pause;
}

void RunCheckpoints::Save(const engine::TrainingProgress& progress) {
  if (progress.step == saved_.step && !failed_) return;
  // A log that cannot be written ends the run by itself.
  if (!parts_.reporter.Flush().ok()) return;
  // Not by the machine's clock, which may be set meanwhile.
  const auto begin = std::chrono::steady_clock::now();
  const absl::Status written = Write(progress.step);
  const absl::Duration took = absl::FromChrono(std::chrono::steady_clock::now() - begin);
  failed_ = !written.ok();
  cost_ = absl::ToDoubleSeconds(took);
  saved_ = progress;
  saved_.seconds += cost_;  // the training's clock goes on meanwhile
  parts_.metrics.CheckpointTried(written.ok(), took);
  if (written.ok()) return;
  not_before_ = saved_.seconds + kSecondsAfterFailure;
  spdlog::warn("no checkpoint after step {}: {}", progress.step, written.ToString());
}

absl::Status RunCheckpoints::Write(int64_t step) {
  const CheckpointRecord checkpoint = {.job_number = job_number_, .attempt = claim_.attempt, .step = step};
  absl::Status status =
      parts_.files.Write(checkpoint, [&](CheckpointStore::Sink sink) { return trainer_->SaveState(identity_, sink); });
  if (!status.ok()) return status;
  absl::StatusOr<std::vector<CheckpointRecord>> forgotten = parts_.jobs.AddCheckpoint(claim_, step, absl::Now());
  // What cannot be removed is when the server next starts.
  parts_.files.Remove(forgotten.ok() ? *forgotten : std::vector{checkpoint}).IgnoreError();
  return forgotten.status();
}

}  // namespace traind
