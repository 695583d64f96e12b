#include "engine/training/trainer.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "engine/core/threads.h"
#include "engine/data/batch.h"
#include "engine/data/row_order.h"
#include "engine/data/row_set.h"
#include "engine/data/split.h"
#include "engine/formats/checkpoint.h"
#include "engine/ops/op.h"
#include "engine/optimizers/gradient_sum.h"
#include "engine/optimizers/weight_update.h"
#include "engine/training/class_weights.h"
#include "engine/training/divergence.h"
#include "engine/training/evaluation.h"
#include "engine/training/fitted_tensors.h"
#include "engine/training/in_memory.h"
#include "engine/training/lowering.h"
#include "engine/training/named_weights.h"
#include "engine/training/pass.h"
#include "engine/training/precision_choice.h"
#include "engine/training/preprocessed_model.h"
#include "engine/training/program.h"
#include "engine/training/run_state.h"
#include "engine/training/stopwatch.h"
#include "engine/training/training_bytes.h"
#include "engine/training/training_control.h"
#include "engine/training/training_state.h"
#include "engine/training/validate.h"
#include "engine/training/validation_data.h"

namespace traind::engine {
namespace {

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
        order_(dataset.shape.rows, validation_data_.held_out(), spec.shuffle, spec.seed),
        training_batches_(order_.size(), spec.batch_size, network_.needs_two_rows()),
        validation_batches_(validation_data_.size(), training_batches_.size, false),
        steps_(std::min(spec.epochs * training_batches_.count(), spec.max_steps.value_or(kNoBudget))),
        weights_(network_.weights(), /*with_gradients=*/true),
        batch_(training_batches_.size, dataset.shape, preprocessor_,
               dataset.weights != nullptr || validation_data_.dataset().weights != nullptr,
               ClassWeights(spec, dataset.shape)),
        activations_(network_, training_batches_.size, /*with_gradients=*/true),
        update_(spec.optimizer, weights_),
        gradient_sum_(spec.gradient_accumulation_steps > 1 ? static_cast<int64_t>(weights_.gradients().size()) : 0),
        schedule_(
            MakeSchedule(spec.optimizer.learning_rate_schedule,
                         {.learning_rate = spec.optimizer.learning_rate(),
                          .steps = CountUpdates(steps_, training_batches_.count(), spec.gradient_accumulation_steps)})),
        evaluation_(spec,
                    {.rows = std::max(order_.size(), validation_data_.size()),
                     .batch_rows = training_batches_.size,
                     .width = network_.outputs(),
                     .classes = dataset.shape.classes},
                    preprocessor_),
        control_(spec, weights_),
        profile_(spec.profile),
        rows_(training_batches_.size) {
    run_.batches = training_batches_.count();
    run_.outcome.progress.epochs = spec_.epochs;
    run_.outcome.progress.steps = steps_;
    if (spec_.profile) run_.outcome.progress.times = &profile_.times();
  }

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
    absl::Status status = validation_.Compile(parts, validation_batches_, Program::Mode::kInference);
    if (!status.ok()) return status;
    clock_.seed = spec_.seed;
    return weights_.Initialize(spec_.seed, stop);
  }

  absl::StatusOr<TrainingOutcome> Run(TrainingObserver& observer, std::stop_token stop) override {
    if (std::exchange(started_, true)) return absl::FailedPreconditionError("a trainer runs once");
    const ScopedThreads threads(threads_);
    TrainingProgress& progress = run_.outcome.progress;
    stopwatch_.Start(progress.seconds);
    while (run_.validating || (run_.outcome.end == End::kFinished && progress.epoch < progress.epochs)) {
      const auto end = run_.validating ? EndEpoch(observer, stop) : TrainEpoch(observer, stop);
      if (!end.ok()) return end.status();
      progress.seconds = stopwatch_.seconds();
      if (*end == End::kStopped) {
        TrainingOutcome stopped = run_.outcome;
        stopped.end = End::kStopped;
        return stopped;
      }
      if (run_.outcome.end == End::kDiverged) break;
    }
    // What was validated is what is kept.
    update_.SwapAverages();
    run_.outcome.best_epoch = control_.RestoreBest(weights_, run_.outcome.metrics);
    progress.seconds = stopwatch_.seconds();
    return run_.outcome;
  }

  absl::StatusOr<std::vector<NamedTensor>> ExportWeights() const override {
    const ScopedThreads threads(threads_);
    return InMemory([&] { return ExportNamedWeights(weights_); });
  }

  absl::Status WriteWeights(absl::FunctionRef<absl::Status(std::string_view)> sink) override {
    const ScopedThreads threads(threads_);
    return InMemory([&] { return WriteSafetensors(FittedTensors(preprocessor_.fitted()), weights_, sink); });
  }

  absl::Status SaveState(std::string_view identity, absl::FunctionRef<absl::Status(std::string_view)> sink) override {
    const ScopedThreads threads(threads_);
    return InMemory([&] {
      StateSaver saver(sink, weights_);
      VisitState(identity, saver);
      return saver.Finish();
    });
  }

  absl::StatusOr<TrainingProgress> RestoreState(std::string_view identity, std::string_view checkpoint) override {
    if (started_) return absl::FailedPreconditionError("a state can be restored before the run only");
    const ScopedThreads threads(threads_);
    return InMemory([&]() -> absl::StatusOr<TrainingProgress> {
      auto sections = ParseCheckpoint(checkpoint);
      if (!sections.ok()) return sections.status();
      StateRestorer restorer(*std::move(sections), weights_);
      VisitState(identity, restorer);
      if (absl::Status status = restorer.Finish(); !status.ok()) return status;
      return run_.outcome.progress;
    });
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

  // All that Run and what it calls change, but for what every step makes anew.
  void VisitState(std::string_view identity, StateVisitor& visit) {
    visit.Same("training", identity);
    visit.Same("rows", order_.size());
    visit.Same("validation_rows", validation_data_.size());
    visit.Same("features", dataset_.shape.features);
    visit.Same("batches", training_batches_.count());
    visit.Same("steps", steps_);
    visit.In("run", run_);
    const bool in_mid_epoch = run_.outcome.end == End::kFinished && !run_.validating && run_.batches_done() > 0;
    if (in_mid_epoch) visit.In("evaluation", evaluation_);
    visit.In("profile", profile_);
    visit.In("schedule", *schedule_);
    visit.WeightArray("weights", weights_.trainable());
    visit.StateArray("weights", weights_.state());
    visit.In("update", update_);
    visit.In("gradient_sum", gradient_sum_);
    visit.In("control", control_);
  }

  // What is left of a pass over the training rows, and the report on it; kStopped if it did not come to its end.
  absl::StatusOr<End> TrainEpoch(TrainingObserver& observer, const std::stop_token& stop) {
    auto end = Steps(observer, stop);
    if (!end.ok() || *end == End::kStopped) return end;
    run_.outcome.end = *end;
    if (*end == End::kDiverged) {
      run_.outcome.divergence = FindDivergence(weights_, &training_.ForRows(last_rows_));
      return end;
    }
    // A last step may have moved a weight out of range without a later loss to tell.
    run_.outcome.weights_overflowed = !AllFinite(weights_.trainable()) || !AllFinite(weights_.state());
    if (run_.outcome.weights_overflowed) {
      run_.outcome.end = End::kDiverged;
      run_.outcome.divergence = FindDivergence(weights_, nullptr);
      return run_.outcome.end;
    }
    run_.report = {};
    evaluation_.Report("", run_.report);
    if (!std::holds_alternative<ConstantSpec>(spec_.optimizer.learning_rate_schedule.kind) ||
        spec_.optimizer.learning_rate_schedule.warmup_steps > 0) {
      run_.report.values["learning_rate"] = run_.learning_rate;
    }
    run_.validating = true;
    return End::kFinished;
  }

  // Steps to the end of the epoch; how they ended.
  absl::StatusOr<End> Steps(TrainingObserver& observer, const std::stop_token& stop) {
    TrainingProgress& progress = run_.outcome.progress;
    order_.StartEpoch(progress.epoch);
    // Not 0 if an interrupted run goes on here.
    int64_t batch = run_.batches_done();
    if (batch == 0) evaluation_.Reset();
    while (true) {
      if (const std::optional<End> end = EndAfter(batch)) return *end;
      if (stop.stop_requested()) return End::kStopped;
      const int64_t first = batch * training_batches_.size;
      const auto rows = std::span(rows_).first(std::min(training_batches_.rows() - first, training_batches_.size));
      order_.Fill(first, rows);
      ++batch;
      const bool last_step = batch == training_batches_.count() || progress.step + 1 == steps_;
      clock_.step = static_cast<uint64_t>(progress.step);
      auto loss = Step(rows, last_step);
      if (!loss.ok()) return loss.status();
      ++progress.step;
      if (!std::isfinite(*loss)) return End::kDiverged;
      progress.samples += static_cast<int64_t>(rows.size());
      progress.seconds = stopwatch_.seconds();
      progress.mean_loss = evaluation_.mean_loss();
      observer.OnStep(progress, *loss);
    }
  }

  // How the epoch ends after its first `batches` batches, if it does.
  std::optional<End> EndAfter(int64_t batches) {
    if (batches == 0) return std::nullopt;
    const TrainingProgress& progress = run_.outcome.progress;
    if (progress.step == spec_.epochs * training_batches_.count())
      return End::kFinished;  // no budget ends what is done
    if (progress.step == steps_) return End::kStepBudget;
    if (spec_.max_train_seconds && progress.seconds >= *spec_.max_train_seconds) {
      if (gradient_sum_.batches() > 0) MoveWeights();  // nobody knew that it was the last step
      return End::kTimeBudget;
    }
    return batches == training_batches_.count() ? std::optional(End::kFinished) : std::nullopt;
  }

  // One step over the given rows; their mean loss, penalties included. If it is not finite the weights are left as they
  // were. `update_now`: whether the weights move with what has been accumulated, however little.
  absl::StatusOr<double> Step(std::span<const int64_t> rows, bool update_now) {
    profile_.Start();
    last_rows_ = static_cast<int64_t>(rows.size());
    Program& program = training_.ForRows(last_rows_);
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
    run_.learning_rate = schedule_->LearningRate(run_.updates++);
    return update_.Apply(run_.learning_rate);
  }

  // Validates, reports and decides whether to go on; kStopped if validation did not come to its end.
  absl::StatusOr<End> EndEpoch(TrainingObserver& observer, const std::stop_token& stop) {
    TrainingProgress& progress = run_.outcome.progress;
    MetricReport report = run_.report;
    update_.SwapAverages();
    auto end = Validate(stop, report);
    if (end.ok() && *end == End::kFinished) control_.EpochEnded(progress.epoch + 1, report, weights_);
    update_.SwapAverages();
    if (!end.ok() || *end != End::kFinished) return end;
    run_.validating = false;
    schedule_->EpochEnded(report.values);
    ++progress.epoch;
    if (control_.stops() && progress.epoch < progress.epochs) run_.outcome.end = End::kEarlyStopped;
    run_.outcome.metrics = std::move(report);
    progress.seconds = stopwatch_.seconds();
    observer.OnEpoch(progress, run_.outcome.metrics.values);
    return End::kFinished;
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
      batch_.Gather(validation_data_.dataset(), rows, /*with_class_weights=*/false);
      if (absl::Status status = program.Forward(); !status.ok()) return status;
      evaluation_.Add(program.rows(), program.outputs(), batch_.labels(), nullptr);
    }
    evaluation_.AddPenalty(update_.Penalty());
    evaluation_.Report("val_", report);
    return End::kFinished;
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
  Evaluation evaluation_;
  TrainingControl control_;
  StepProfile profile_;
  int64_t last_rows_ = 0;  // of the last step
  RunState run_;
  std::vector<int64_t> rows_;  // of the batch
  bool started_ = false;
  Stopwatch stopwatch_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Trainer>> Trainer::Create(const TrainingSpec& spec, const DatasetView& dataset,
                                                         int threads, const DatasetView* validation,
                                                         const std::stop_token& stop) {
  const DatasetShape* const validation_shape = validation == nullptr ? nullptr : &validation->shape;
  if (absl::Status status = CheckTrainable(spec, dataset.shape, validation_shape); !status.ok()) return status;
  if (threads < 1) return absl::InvalidArgumentError(absl::StrCat("threads is ", threads, "; it must be at least 1"));
  int64_t bytes = 0;
  try {
    const ScopedThreads scoped_threads(threads);
    const int64_t rows = std::min(spec.batch_size, CountTrainingRows(dataset.shape.rows, spec.validation_split));
    auto precision = ChoosePrecision(spec.precision);
    if (!precision.ok()) return precision.status();
    PreprocessingPlan plan = PlanPreprocessing(spec.preprocessing, dataset.shape);
    auto network = LowerModel(WithPreprocessing(spec.model, plan), plan.width, rows, BroughtBy(spec.loss), *precision);
    if (!network.ok()) return network.status();
    bytes = TrainingBytes(*network, spec, dataset.shape, validation_shape, rows);
    ValidationData validation_data(spec, dataset, validation);
    Preprocessor preprocessor = Preprocessor::Fit(std::move(plan), dataset, validation_data.held_out(), stop);
    if (stop.stop_requested()) return absl::CancelledError("stopped while the preprocessing was fitted");
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
