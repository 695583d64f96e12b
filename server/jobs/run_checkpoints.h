// Saves the state of a training run now and then, and finds it again.
#ifndef TRAIND_SERVER_JOBS_RUN_CHECKPOINTS_H_
#define TRAIND_SERVER_JOBS_RUN_CHECKPOINTS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "engine/training/spec.h"
#include "engine/training/trainer.h"
#include "server/jobs/run_reporter.h"
#include "server/storage/checkpoint_store.h"
#include "server/storage/job_store.h"
#include "server/storage/records.h"
#include "server/telemetry/metrics.h"

namespace traind {

// Stands between a trainer and the reporter of its run, which it passes everything on to. All on the training thread.
//
// A checkpoint is written as the spec says; by default every kDefaultSeconds of training, but not before kCostShare
// times as long as the last one took, so that checkpoints cost under 1% of the time. What the log tells is made durable
// first, then the file, then its row: whatever the moment at which the server ends, no event is lost or told twice.
//
// A checkpoint that cannot be written fails no job: that is logged and counted, and tried again later.
class RunCheckpoints final : public engine::TrainingObserver {
 public:
  static constexpr double kDefaultSeconds = 30;
  static constexpr double kCostShare = 100;
  static constexpr double kSecondsAfterFailure = 5;  // of training, at least

  // What it works with, all of which outlives it.
  struct Parts {
    JobStore& jobs;
    CheckpointStore& files;
    Metrics& metrics;
    RunReporter& reporter;
  };

  // `identity` names all that the run depends on: a checkpoint is good for no other.
  RunCheckpoints(const Parts& parts, const JobRecord& job, const engine::CheckpointSpec& spec, std::string identity);

  // A trainer made by `make` that goes on from the newest checkpoint that is whole, those that are damaged or gone
  // being forgotten, or from the beginning if none is left. An error if one cannot be read for any other reason:
  // another try may read it. The trainer must outlive the last call of any other method.
  absl::StatusOr<std::unique_ptr<engine::Trainer>> Restore(
      const std::function<absl::StatusOr<std::unique_ptr<engine::Trainer>>()>& make);

  void OnStep(const engine::TrainingProgress& progress, double loss) override;
  void OnEpoch(const engine::TrainingProgress& progress, const engine::MetricValues& metrics) override;

  // Saves the run now, unless no step was made since it was saved last.
  void Save(const engine::TrainingProgress& progress);

 private:
  bool IsDue(const engine::TrainingProgress& progress) const;
  absl::Status Write(int64_t step);
  absl::Status RestoreFrom(const CheckpointRecord& checkpoint, engine::Trainer& trainer);

  const Parts parts_;
  const JobClaim claim_;
  const int64_t job_number_;
  const engine::CheckpointSpec spec_;
  const std::string identity_;
  engine::Trainer* trainer_ = nullptr;
  engine::TrainingProgress saved_;  // when the state was saved last, or could not be
  double not_before_ = 0;           // seconds of training
  bool failed_ = false;             // the last time
  double cost_ = 0;                 // of the last one, seconds
};

}  // namespace traind

#endif  // TRAIND_SERVER_JOBS_RUN_CHECKPOINTS_H_
