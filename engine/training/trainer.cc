#include "engine/training/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <new>
#include <numeric>
#include <optional>
#include <span>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/core/threads.h"
#include "engine/data/batch.h"
#include "engine/data/row_order.h"
#include "engine/data/split.h"
#include "engine/ops/op.h"
#include "engine/training/evaluation.h"
#include "engine/training/lowering.h"
#include "engine/training/named_weights.h"
#include "engine/training/network.h"
#include "engine/training/program.h"
#include "engine/training/training_bytes.h"
#include "engine/training/validate.h"

namespace traind::engine {
namespace {

// How a pass cuts its rows into batches.
struct Batches {
  // Batch normalization cannot learn from a batch of one row, which has no variance: such a last batch is left out.
  Batches(int64_t all, int64_t batch_size, bool leave_out_single)
      : size(std::min(all, batch_size)), full(all == 0 ? 0 : all / size), last(all == 0 ? 0 : all % size) {
    if (leave_out_single && last == 1) last = 0;
  }

  int64_t count() const { return full + (last > 0 ? 1 : 0); }
  int64_t rows() const { return full * size + last; }

  int64_t size;  // rows of a full batch
  int64_t full;  // full batches
  int64_t last;  // rows of the short batch after them, 0 if there is none
};

// A network compiled for the batches of a pass. Calls body(program, rows) for each.
class Pass {
 public:
  absl::Status Compile(const OpContext& context, const Network& network, const Weights& weights,
                       const Activations& activations, const float* input, const Batches& batches, Program::Mode mode) {
    for (const auto& [rows, program] : {std::pair(batches.size, &full_), std::pair(batches.last, &last_)}) {
      if (rows == 0) continue;
      auto compiled = Program::Compile(context, network, weights, activations, input, rows, mode);
      if (!compiled.ok()) return compiled.status();
      *program = *std::move(compiled);
    }
    return absl::OkStatus();
  }

  Program& ForRows(int64_t rows) { return rows == full_.rows() ? full_ : last_; }

 private:
  Program full_;
  Program last_;
};

// 0 times anything finite is 0, and times anything else is not a number.
bool AllFinite(std::span<const float> values) {
  return std::accumulate(values.begin(), values.end(), 0.0f, [](float sum, float value) { return sum + 0 * value; }) ==
         0;
}

class CompiledTrainer final : public Trainer {
 public:
  CompiledTrainer(const TrainingSpec& spec, const DatasetView& dataset, int threads, Split split, Network network)
      : spec_(spec),
        dataset_(dataset),
        threads_(threads),
        split_(std::move(split)),
        network_(std::move(network)),
        training_batches_(static_cast<int64_t>(split_.training.size()), spec.batch_size,
                          network_.has_batch_normalization),
        validation_batches_(static_cast<int64_t>(split_.validation.size()), training_batches_.size, false),
        order_(split_.training),
        weights_(network_.weights(), /*with_gradients=*/true),
        batch_(training_batches_.size, dataset.shape, dataset.weights != nullptr, {}),
        activations_(network_, training_batches_.size, /*with_gradients=*/true),
        optimizer_(MakeOptimizer(spec.optimizer, static_cast<int64_t>(weights_.trainable().size()))),
        evaluation_(spec.loss, spec.metrics) {}

  absl::Status Compile() {
    if (absl::Status status = training_.Compile(context_, network_, weights_, activations_, batch_.features(),
                                                training_batches_, Program::Mode::kTraining);
        !status.ok()) {
      return status;
    }
    if (absl::Status status = validation_.Compile(context_, network_, weights_, activations_, batch_.features(),
                                                  validation_batches_, Program::Mode::kInference);
        !status.ok()) {
      return status;
    }
    return InitializeWeights(network_, spec_.seed, weights_);
  }

  absl::StatusOr<TrainingOutcome> Run(TrainingObserver& observer, std::stop_token stop) override {
    if (std::exchange(started_, true)) return absl::FailedPreconditionError("a trainer runs once");
    const ScopedThreads threads(threads_);
    start_ = std::chrono::steady_clock::now();
    TrainingOutcome outcome;
    TrainingProgress& progress = outcome.progress;
    progress.epochs = spec_.epochs;
    progress.steps = spec_.epochs * training_batches_.count();
    while (progress.epoch < progress.epochs) {
      auto end = TrainEpoch(observer, stop, progress);
      if (!end.ok()) return end.status();
      outcome.end = *end;
      if (outcome.end != End::kFinished) break;
      // A last step may have moved a weight out of range without a later loss to tell.
      outcome.weights_overflowed = !AllFinite(weights_.trainable()) || !AllFinite(weights_.state());
      if (outcome.weights_overflowed) {
        outcome.end = End::kDiverged;
        break;
      }
      MetricValues metrics;
      evaluation_.Report("", metrics);
      end = Validate(stop, metrics);
      if (!end.ok()) return end.status();
      outcome.end = *end;
      if (outcome.end != End::kFinished) break;
      ++progress.epoch;
      outcome.metrics = std::move(metrics);
      progress.seconds = SecondsSinceStart();
      observer.OnEpoch(progress, outcome.metrics);
    }
    progress.seconds = SecondsSinceStart();
    return outcome;
  }

  absl::StatusOr<std::vector<NamedTensor>> ExportWeights() const override {
    const ScopedThreads threads(threads_);
    try {
      return ExportNamedWeights(weights_);
    } catch (const std::bad_alloc&) {
      return absl::ResourceExhaustedError("not enough memory for a copy of the weights");
    }
  }

  absl::Status ImportWeights(const std::vector<NamedTensor>& weights) override {
    if (started_) return absl::FailedPreconditionError("weights can be replaced before the run only");
    const ScopedThreads threads(threads_);
    return ImportNamedWeights(weights, weights_);
  }

 private:
  using End = TrainingOutcome::End;

  // One pass over the training rows; kFinished if it came to its end.
  absl::StatusOr<End> TrainEpoch(TrainingObserver& observer, const std::stop_token& stop, TrainingProgress& progress) {
    if (spec_.shuffle) ShuffledOrder(spec_.seed, progress.epoch, split_.training, order_);
    evaluation_.Reset();
    std::span<const int64_t> left = std::span(order_).first(training_batches_.rows());
    while (!left.empty()) {
      if (stop.stop_requested()) return End::kStopped;
      const auto rows = left.first(std::min<std::size_t>(left.size(), training_batches_.size));
      left = left.subspan(rows.size());
      auto loss = Step(rows);
      if (!loss.ok()) return loss.status();
      ++progress.step;
      if (!std::isfinite(*loss)) return End::kDiverged;
      progress.samples += static_cast<int64_t>(rows.size());
      progress.seconds = SecondsSinceStart();
      observer.OnStep(progress, *loss);
    }
    return End::kFinished;
  }

  // One step over the given rows. If their loss is not finite the weights are left as they were.
  absl::StatusOr<double> Step(std::span<const int64_t> rows) {
    Program& program = training_.ForRows(static_cast<int64_t>(rows.size()));
    batch_.Gather(dataset_, rows, /*with_class_weights=*/true);
    if (absl::Status status = program.Forward(); !status.ok()) return status;
    const double loss = evaluation_.Add(program.rows(), network_.outputs(), program.outputs(), batch_.labels(),
                                        program.output_gradient());
    if (!std::isfinite(loss)) return loss;
    if (absl::Status status = program.Backward(); !status.ok()) return status;
    optimizer_->Update(weights_.trainable(), weights_.gradients());
    return loss;
  }

  // Adds the figures of the held-out rows, if there are any; kFinished if it came to their end.
  absl::StatusOr<End> Validate(const std::stop_token& stop, MetricValues& metrics) {
    if (split_.validation.empty()) return End::kFinished;
    evaluation_.Reset();
    std::span<const int64_t> left = split_.validation;
    while (!left.empty()) {
      if (stop.stop_requested()) return End::kStopped;
      const auto rows = left.first(std::min<std::size_t>(left.size(), validation_batches_.size));
      left = left.subspan(rows.size());
      Program& program = validation_.ForRows(static_cast<int64_t>(rows.size()));
      batch_.Gather(dataset_, rows, /*with_class_weights=*/false);
      if (absl::Status status = program.Forward(); !status.ok()) return status;
      evaluation_.Add(program.rows(), network_.outputs(), program.outputs(), batch_.labels(), nullptr);
    }
    evaluation_.Report("val_", metrics);
    return End::kFinished;
  }

  double SecondsSinceStart() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

  const TrainingSpec spec_;
  const DatasetView dataset_;
  const int threads_;
  const Split split_;
  const Network network_;
  const Batches training_batches_;
  const Batches validation_batches_;
  std::vector<int64_t> order_;
  Weights weights_;
  Batch batch_;
  Activations activations_;
  OpContext context_;
  Pass training_;
  Pass validation_;
  std::unique_ptr<Optimizer> optimizer_;
  Evaluation evaluation_;
  bool started_ = false;
  std::chrono::steady_clock::time_point start_;
};

absl::Status CheckSpec(const TrainingSpec& spec, const DatasetView& dataset, int threads) {
  std::vector<Fault> faults = engine::Validate(spec);
  if (faults.empty()) faults = ValidateFor(spec, dataset.shape);
  if (!faults.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(faults.front().field, ": ", faults.front().description));
  }
  if (threads < 1) return absl::InvalidArgumentError(absl::StrCat("threads is ", threads, "; it must be at least 1"));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Trainer>> Trainer::Create(const TrainingSpec& spec, const DatasetView& dataset,
                                                         int threads) {
  if (absl::Status status = CheckSpec(spec, dataset, threads); !status.ok()) return status;
  int64_t bytes = 0;
  try {
    const ScopedThreads scoped_threads(threads);
    const int64_t rows = std::min(spec.batch_size, CountTrainingRows(dataset.shape.rows, spec.validation_split));
    auto network = LowerModel(spec.model, dataset.shape.features, rows);
    if (!network.ok()) return network.status();
    bytes = TrainingBytes(*network, spec, dataset.shape, rows);
    Split split = SplitRows(dataset, spec.validation_split, spec.validation_rows);
    auto trainer = std::make_unique<CompiledTrainer>(spec, dataset, threads, std::move(split), *std::move(network));
    if (absl::Status status = trainer->Compile(); !status.ok()) return status;
    return trainer;
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError(absl::StrCat("not enough memory: training takes about ", bytes, " bytes"));
  }
}

std::string OnednnVersion() { return OnednnLibraryVersion(); }

}  // namespace traind::engine
