// Trains a network: compiles a spec for a dataset once, then runs THE loop.
#ifndef TRAIND_ENGINE_TRAINING_TRAINER_H_
#define TRAIND_ENGINE_TRAINING_TRAINER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/data/dataset_view.h"
#include "engine/formats/named_tensor.h"
#include "engine/metrics/metric_accumulator.h"
#include "engine/training/divergence.h"
#include "engine/training/spec.h"
#include "engine/training/step_profile.h"

namespace traind::engine {

// Figures under Keras's History names: `loss`, `accuracy`, `val_loss`, `val_accuracy`, and `learning_rate` (of the last
// step) where there is a schedule.
using MetricValues = std::map<std::string, double>;

// Where a training run is.
struct TrainingProgress {
  int64_t epoch = 0;  // epochs completed
  int64_t epochs = 0;
  int64_t step = 0;  // steps completed, over all epochs
  int64_t steps = 0;
  int64_t samples = 0;   // training rows processed, over all epochs
  double seconds = 0;    // in the loop so far, validation included
  double mean_loss = 0;  // over the rows of the epoch so far, penalties included

  // Where the time of the steps went; null unless the spec asks for it. The trainer's.
  const StepTimes* times = nullptr;
};

// Told how training goes, on the training thread and between steps: an observer that blocks holds up the training.
class TrainingObserver {
 public:
  virtual ~TrainingObserver() = default;

  // After every step. `loss` is the mean over that step's rows.
  virtual void OnStep(const TrainingProgress& progress, double loss) = 0;

  // After every epoch: loss and metrics over its training rows as they were when each was trained on (Keras's running
  // mean), then those of the validation rows under the weights (or their average, see OptimizerSpec::ema_momentum) at
  // the epoch's end. Losses include the penalties of regularizers.
  virtual void OnEpoch(const TrainingProgress& progress, const MetricValues& metrics) = 0;
};

// How a run ended.
struct TrainingOutcome {
  enum class End {
    kFinished,      // all epochs are done
    kEarlyStopped,  // the monitored figure became no better
    kTimeBudget,    // max_train_seconds are over
    kStepBudget,    // max_steps are done
    kStopped,       // the stop token asked
    kDiverged,      // step `progress.step` left the range of float32, see weights_overflowed
  };
  End end = End::kFinished;

  // Where step `progress.step` diverged. False: its loss was NaN or infinite, it was not reported, and the weights are
  // those before it. True: its loss was finite and is reported, and its update made a weight NaN or infinite, which is
  // looked for after the last step of each epoch.
  bool weights_overflowed = false;
  Divergence divergence;  // if it diverged: where it began
  TrainingProgress progress;
  int64_t best_epoch = 0;  // the epoch, from 1, whose weights were kept as the best; 0: those at the end are kept
  MetricReport metrics;    // of that epoch, or of the last that was reported
};

// One training run. The same spec, dataset and number of threads give bit-identical weights on the same machine.
//
// The last batch of an epoch may be shorter than the others. If it would have a single row and the network has batch
// normalization, that row is left out of the epoch, since one row has no variance; with shuffling it is another row
// each epoch. A budget of time or steps that ends within an epoch ends the epoch, which is reported over the rows that
// it had. A batch size above the number of training rows means one batch of all of them.
//
// Thread-compatible: one call at a time, from any thread.
class Trainer {
 public:
  // Compiles `spec` (without faults by Validate and ValidateFor, else InvalidArgument) for `dataset`, whose memory must
  // outlive the trainer, to run on `threads` threads, at least 1. Everything a step needs is made here.
  // FailedPrecondition if it wants a precision that this processor does not have, see ChoosePrecision.
  // Cancelled if `stop` asks while the preprocessing is fitted to the rows or the weights are drawn, which takes
  // seconds where they are many. With `validation` the validation rows are those of that dataset, else those that the
  // spec holds out.
  static absl::StatusOr<std::unique_ptr<Trainer>> Create(const TrainingSpec& spec, const DatasetView& dataset,
                                                         int threads, const DatasetView* validation = nullptr,
                                                         const std::stop_token& stop = {});
  virtual ~Trainer() = default;

  // Trains to the end, or until `stop` asks, which is looked at between batches, of validation too. An epoch that it
  // cuts short is not reported, and nothing is done about kept weights. Call once.
  virtual absl::StatusOr<TrainingOutcome> Run(TrainingObserver& observer, std::stop_token stop) = 0;

  // A copy of the weights, after Run those that are kept, in the order of the layers. ResourceExhausted if there is no
  // memory for it.
  virtual absl::StatusOr<std::vector<NamedTensor>> ExportWeights() const = 0;

  // The same as a safetensors file, before them what was fitted for the preprocessing (see fitted_tensors.h), handed to
  // `sink` piece by piece; it takes no memory beside what a step needs. Ends with the first error of `sink`.
  virtual absl::Status WriteWeights(absl::FunctionRef<absl::Status(std::string_view)> sink) = 0;

  // Hands a checkpoint (formats/checkpoint.h) of the whole run to `sink`, piece by piece: another trainer, made from
  // the same spec and rows, goes on from it and ends with the same bits, at the same number of threads, as if the run
  // had never been interrupted. From within the observer, or after a Run that was kStopped. `identity` says in the
  // caller's words which training it is. Takes no memory beside what a step needs. The first error of `sink`.
  virtual absl::Status SaveState(std::string_view identity, absl::FunctionRef<absl::Status(std::string_view)> sink) = 0;

  // Before Run: makes it go on from `checkpoint`; returns where that is. DataLoss if the bytes are damaged,
  // InvalidArgument if they are of another training; after an error this trainer is of no more use.
  virtual absl::StatusOr<TrainingProgress> RestoreState(std::string_view identity, std::string_view checkpoint) = 0;

  // How many numbers the weights are.
  virtual int64_t parameters() const = 0;

  // Replaces the weights; InvalidArgument if names or shapes differ from ExportWeights'. Before Run only.
  virtual absl::Status ImportWeights(const std::vector<NamedTensor>& weights) = 0;
};

// The version of the oneDNN library that runs, such as `2.6.3`.
std::string OnednnVersion();

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_TRAINER_H_
