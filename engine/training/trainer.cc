#include "engine/training/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <new>
#include <numeric>
#include <span>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "engine/core/multiversion.h"
#include "engine/core/parallel.h"
#include "engine/core/threads.h"
#include "engine/data/batch.h"
#include "engine/data/row_order.h"
#include "engine/data/row_set.h"
#include "engine/data/split.h"
#include "engine/ops/op.h"
#include "engine/optimizers/gradient_sum.h"
#include "engine/optimizers/weight_update.h"
#include "engine/training/evaluation.h"
#include "engine/training/fitted_tensors.h"
#include "engine/training/lowering.h"
#include "engine/training/named_weights.h"
#include "engine/training/pass.h"
#include "engine/training/precision_choice.h"
#include "engine/training/preprocessed_model.h"
#include "engine/training/program.h"
#include "engine/training/training_bytes.h"
#include "engine/training/training_control.h"
#include "engine/training/validate.h"

namespace traind::engine {
namespace {

// 0 times anything finite is 0, and times anything else is not a number.
TRAIND_MULTIVERSION float SumOfZeros(int64_t size, const float* values) {
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < size; ++i) sum += 0 * values[i];
  return sum;
}

bool AllFinite(std::span<const float> values) {
  constexpr int64_t kGrain = 1 << 14;
  return ParallelSum(static_cast<int64_t>(values.size()), kGrain, [&](int64_t begin, int64_t end) -> double {
           return SumOfZeros(end - begin, values.data() + begin);
         }) == 0;
}

// The rows that are validated on, if there are any.
struct ValidationData {
  DatasetView dataset;
  RowSet held_out = {};    // from training
  bool is_second = false;  // all rows of a second dataset instead

  int64_t size() const { return is_second ? dataset.shape.rows : held_out.size(); }
  // Those from `first` on, ascending.
  void Fill(int64_t first, std::span<int64_t> rows) const {
    for (int64_t& row : rows) row = is_second ? first++ : held_out.In(first++);
  }
};

class CompiledTrainer final : public Trainer {
 public:
  CompiledTrainer(const TrainingSpec& spec, const DatasetView& dataset, int threads, ValidationData validation,
                  Preprocessor preprocessor, Stack network)
      : spec_(spec),
        dataset_(dataset),
        threads_(threads),
        validation_data_(std::move(validation)),
        preprocessor_(std::move(preprocessor)),
        network_(std::move(network)),
        order_(dataset.shape.rows, validation_data_.held_out, spec.shuffle, spec.seed),
        training_batches_(order_.size(), spec.batch_size, network_.needs_two_rows()),
        validation_batches_(validation_data_.size(), training_batches_.size, false),
        steps_(std::min(spec.epochs * training_batches_.count(), spec.max_steps.value_or(kNoBudget))),
        weights_(network_.weights(), /*with_gradients=*/true),
        batch_(training_batches_.size, dataset.shape, preprocessor_,
               dataset.weights != nullptr || validation_data_.dataset.weights != nullptr,
               ClassWeights(spec, dataset.shape)),
        activations_(network_, training_batches_.size, /*with_gradients=*/true),
        update_(spec.optimizer, weights_),
        gradient_sum_(spec.gradient_accumulation_steps > 1 ? static_cast<int64_t>(weights_.gradients().size()) : 0),
        schedule_(MakeSchedule(spec.optimizer.learning_rate_schedule,
                               {.learning_rate = spec.optimizer.learning_rate(), .steps = Updates()})),
        evaluation_(spec,
                    {.rows = std::max(order_.size(), validation_data_.size()),
                     .batch_rows = training_batches_.size,
                     .width = network_.outputs(),
                     .classes = dataset.shape.classes},
                    preprocessor_),
        control_(spec, weights_),
        profile_(spec.profile),
        rows_(training_batches_.size) {}

  absl::Status Compile(const std::stop_token& stop) {
    const Program::Parts parts = {.context = context_,
                                  .network = network_,
                                  .weights = weights_,
                                  .activations = activations_,
                                  .clock = &clock_,
                                  .input = batch_.features()};
    if (absl::Status status = training_.Compile(parts, training_batches_, Program::Mode::kTraining); !status.ok()) {
      return status;
    }
    if (absl::Status status = validation_.Compile(parts, validation_batches_, Program::Mode::kInference);
        !status.ok()) {
      return status;
    }
    clock_.seed = spec_.seed;
    return weights_.Initialize(spec_.seed, stop);
  }

  absl::StatusOr<TrainingOutcome> Run(TrainingObserver& observer, std::stop_token stop) override {
    if (std::exchange(started_, true)) return absl::FailedPreconditionError("a trainer runs once");
    const ScopedThreads threads(threads_);
    start_ = std::chrono::steady_clock::now();
    TrainingOutcome outcome;
    TrainingProgress& progress = outcome.progress;
    progress.epochs = spec_.epochs;
    progress.steps = steps_;
    if (spec_.profile) progress.times = &profile_.times();
    while (outcome.end == End::kFinished && progress.epoch < progress.epochs) {
      auto end = TrainEpoch(observer, stop, progress);
      if (!end.ok()) return end.status();
      outcome.end = *end;
      if (outcome.end == End::kStopped || outcome.end == End::kDiverged) break;
      // A last step may have moved a weight out of range without a later loss to tell.
      outcome.weights_overflowed = !AllFinite(weights_.trainable()) || !AllFinite(weights_.state());
      if (outcome.weights_overflowed) {
        outcome.end = End::kDiverged;
        break;
      }
      end = EndEpoch(observer, stop, outcome);
      if (!end.ok()) return end.status();
      if (*end != End::kFinished) outcome.end = *end;
    }
    // What was validated is what is kept.
    update_.SwapAverages();
    outcome.best_epoch = control_.RestoreBest(weights_, outcome.metrics);
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

  absl::Status WriteWeights(absl::FunctionRef<absl::Status(std::string_view)> sink) override {
    const ScopedThreads threads(threads_);
    try {
      return WriteSafetensors(FittedTensors(preprocessor_.fitted()), weights_, sink);
    } catch (const std::bad_alloc&) {
      return absl::ResourceExhaustedError("not enough memory for a copy of a weight");
    }
  }

  int64_t parameters() const override {
    const auto& definitions = weights_.definitions();
    return std::accumulate(definitions.begin(), definitions.end(), int64_t{0},
                           [](int64_t sum, const WeightDefinition& weight) { return sum + weight.size(); });
  }

  absl::Status ImportWeights(const std::vector<NamedTensor>& weights) override {
    if (started_) return absl::FailedPreconditionError("weights can be replaced before the run only");
    const ScopedThreads threads(threads_);
    return ImportNamedWeights(weights, weights_);
  }

 private:
  using End = TrainingOutcome::End;

  static constexpr int64_t kNoBudget = std::numeric_limits<int64_t>::max();

  static std::vector<float> ClassWeights(const TrainingSpec& spec, const DatasetShape& shape) {
    if (spec.class_weight.empty()) return {};
    std::vector<float> weights(shape.classes, 1.0f);
    const auto indices = ClassIndicesByName(shape);
    for (const auto& [name, weight] : spec.class_weight) weights[indices.at(name)] = static_cast<float>(weight);
    return weights;
  }

  // Updates of the weights in the whole run: what is left of an epoch's batches makes one, too.
  int64_t Updates() const {
    const int64_t batches = training_batches_.count();
    const int64_t accumulated = spec_.gradient_accumulation_steps;
    const int64_t an_epoch = (batches + accumulated - 1) / accumulated;
    const int64_t rest = steps_ % batches;
    return steps_ / batches * an_epoch + (rest + accumulated - 1) / accumulated;
  }

  // One pass over the training rows; kFinished if it came to its end.
  absl::StatusOr<End> TrainEpoch(TrainingObserver& observer, const std::stop_token& stop, TrainingProgress& progress) {
    order_.StartEpoch(progress.epoch);
    evaluation_.Reset();
    for (int64_t left = training_batches_.rows(); left > 0;) {
      if (stop.stop_requested()) return End::kStopped;
      const auto rows = std::span(rows_).first(std::min(left, training_batches_.size));
      order_.Fill(training_batches_.rows() - left, rows);
      left -= static_cast<int64_t>(rows.size());
      const bool last_step = left == 0 || progress.step + 1 == steps_;
      clock_.step = static_cast<uint64_t>(progress.step);
      auto loss = Step(rows, last_step);
      if (!loss.ok()) return loss.status();
      ++progress.step;
      if (!std::isfinite(*loss)) return End::kDiverged;
      progress.samples += static_cast<int64_t>(rows.size());
      progress.seconds = SecondsSinceStart();
      observer.OnStep(progress, *loss);
      if (progress.step == spec_.epochs * training_batches_.count()) break;  // no budget ends what is done
      if (progress.step == steps_) return End::kStepBudget;
      if (spec_.max_train_seconds && progress.seconds >= *spec_.max_train_seconds) {
        if (gradient_sum_.batches() > 0) MoveWeights();  // nobody knew that it was the last step
        return End::kTimeBudget;
      }
    }
    return End::kFinished;
  }

  // One step over the given rows; their mean loss, penalties included. If it is not finite the weights are left as they
  // were. `update_now`: whether the weights move with what has been accumulated, however little.
  absl::StatusOr<double> Step(std::span<const int64_t> rows, bool update_now) {
    profile_.Start();
    Program& program = training_.ForRows(static_cast<int64_t>(rows.size()));
    batch_.Gather(dataset_, rows, /*with_class_weights=*/true);
    profile_.End(StepPhase::kGather);
    if (absl::Status status = program.Forward(); !status.ok()) return status;
    profile_.End(StepPhase::kForward);
    const double loss = evaluation_.Add(program.rows(), program.outputs(), batch_.labels(), program.output_gradient());
    profile_.End(StepPhase::kLoss);
    if (!std::isfinite(loss)) return loss;
    if (absl::Status status = program.Backward(); !status.ok()) return status;
    profile_.End(StepPhase::kBackward);
    const double penalty = Update(program.rows(), update_now);
    evaluation_.AddPenalty(program.rows(), penalty);
    profile_.End(StepPhase::kUpdate);
    return loss + penalty;
  }

  // Moves the weights if it is time to. Returns the penalty on them as they were.
  double Update(int64_t rows, bool update_now) {
    if (spec_.gradient_accumulation_steps > 1) {
      gradient_sum_.Add(weights_.gradients(), rows);
      if (gradient_sum_.batches() < spec_.gradient_accumulation_steps && !update_now) return update_.Penalty();
    }
    return MoveWeights();
  }

  // Along what has been accumulated, if anything is, else along the last gradients. Returns as Update does.
  double MoveWeights() {
    if (gradient_sum_.batches() > 0) gradient_sum_.Take(weights_.gradients());
    learning_rate_ = schedule_->LearningRate(updates_++);
    return update_.Apply(learning_rate_);
  }

  // Validates, reports and decides whether to go on.
  absl::StatusOr<End> EndEpoch(TrainingObserver& observer, const std::stop_token& stop, TrainingOutcome& outcome) {
    TrainingProgress& progress = outcome.progress;
    MetricReport report;
    evaluation_.Report("", report);
    if (!std::holds_alternative<ConstantSpec>(spec_.optimizer.learning_rate_schedule.kind) ||
        spec_.optimizer.learning_rate_schedule.warmup_steps > 0) {
      report.values["learning_rate"] = learning_rate_;
    }
    update_.SwapAverages();
    auto end = Validate(stop, report);
    if (end.ok() && *end == End::kFinished) control_.EpochEnded(progress.epoch + 1, report, weights_);
    update_.SwapAverages();
    if (!end.ok() || *end != End::kFinished) return end;
    schedule_->EpochEnded(report.values);
    ++progress.epoch;
    outcome.metrics = std::move(report);
    progress.seconds = SecondsSinceStart();
    observer.OnEpoch(progress, outcome.metrics.values);
    return control_.stops() && progress.epoch < progress.epochs ? End::kEarlyStopped : End::kFinished;
  }

  // Adds the figures of the validation rows, if there are any; kFinished if it came to their end.
  absl::StatusOr<End> Validate(const std::stop_token& stop, MetricReport& report) {
    if (validation_data_.size() == 0) return End::kFinished;
    evaluation_.Reset();
    for (int64_t left = validation_data_.size(); left > 0;) {
      if (stop.stop_requested()) return End::kStopped;
      const auto rows = std::span(rows_).first(std::min(left, validation_batches_.size));
      validation_data_.Fill(validation_data_.size() - left, rows);
      left -= static_cast<int64_t>(rows.size());
      Program& program = validation_.ForRows(static_cast<int64_t>(rows.size()));
      batch_.Gather(validation_data_.dataset, rows, /*with_class_weights=*/false);
      if (absl::Status status = program.Forward(); !status.ok()) return status;
      evaluation_.Add(program.rows(), program.outputs(), batch_.labels(), nullptr);
    }
    evaluation_.AddPenalty(update_.Penalty());
    evaluation_.Report("val_", report);
    return End::kFinished;
  }

  double SecondsSinceStart() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

  const TrainingSpec spec_;
  const DatasetView dataset_;
  const int threads_;
  const ValidationData validation_data_;
  const Preprocessor preprocessor_;
  const Stack network_;
  RowOrder order_;
  const Batches training_batches_;
  const Batches validation_batches_;
  const int64_t steps_;  // in the whole run, but for what ends it early
  Weights weights_;
  Batch batch_;
  Activations activations_;
  OpContext context_;
  StepClock clock_;
  Pass training_;
  Pass validation_;
  WeightUpdate update_;
  GradientSum gradient_sum_;
  std::unique_ptr<Schedule> schedule_;
  int64_t updates_ = 0;
  double learning_rate_ = 0;  // of the last update
  Evaluation evaluation_;
  TrainingControl control_;
  StepProfile profile_;
  std::vector<int64_t> rows_;  // of the batch
  bool started_ = false;
  std::chrono::steady_clock::time_point start_;
};

absl::Status CheckSpec(const TrainingSpec& spec, const DatasetView& dataset, const DatasetView* validation,
                       int threads) {
  std::vector<Fault> faults = engine::Validate(spec);
  if (faults.empty()) {
    faults = ValidateFor(spec, dataset.shape, validation == nullptr ? nullptr : &validation->shape);
  }
  if (!faults.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(faults.front().field, ": ", faults.front().description));
  }
  if (threads < 1) return absl::InvalidArgumentError(absl::StrCat("threads is ", threads, "; it must be at least 1"));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Trainer>> Trainer::Create(const TrainingSpec& spec, const DatasetView& dataset,
                                                         int threads, const DatasetView* validation,
                                                         const std::stop_token& stop) {
  if (absl::Status status = CheckSpec(spec, dataset, validation, threads); !status.ok()) return status;
  int64_t bytes = 0;
  try {
    const ScopedThreads scoped_threads(threads);
    const int64_t rows = std::min(spec.batch_size, CountTrainingRows(dataset.shape.rows, spec.validation_split));
    auto precision = ChoosePrecision(spec.precision);
    if (!precision.ok()) return precision.status();
    PreprocessingPlan plan = PlanPreprocessing(spec.preprocessing, dataset.shape);
    auto network = LowerModel(WithPreprocessing(spec.model, plan), plan.width, rows, BroughtBy(spec.loss), *precision);
    if (!network.ok()) return network.status();
    bytes = TrainingBytes(*network, spec, dataset.shape, validation == nullptr ? nullptr : &validation->shape, rows);
    ValidationData validation_data;
    if (validation != nullptr) {
      validation_data = {.dataset = *validation, .is_second = true};
    } else {
      validation_data = {dataset, ChooseHeldOut(dataset, spec.validation_split, spec.validation_rows)};
    }
    Preprocessor preprocessor = Preprocessor::Fit(std::move(plan), dataset, validation_data.held_out);
    auto trainer = std::make_unique<CompiledTrainer>(spec, dataset, threads, std::move(validation_data),
                                                     std::move(preprocessor), *std::move(network));
    if (absl::Status status = trainer->Compile(stop); !status.ok()) return status;
    return trainer;
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError(absl::StrCat("not enough memory: training takes about ", bytes, " bytes"));
  }
}

std::string OnednnVersion() { return OnednnLibraryVersion(); }

}  // namespace traind::engine
