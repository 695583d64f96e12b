// Ways to train that cannot be.
#include <cmath>
#include <limits>

#include "tests/integration/bad_inputs/bad_input.h"

namespace traind {
namespace {

using Spec = v1::TrainingSpec;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// 449 batches of four rows, and one row. The answer is not to refuse it: that row is skipped.
grpc::Status TrainOnALastBatchOfOneRow(BadInputServer& server) {
  v1::CreateTrainingJobRequest request = server.stubs().DigitsJob("left-over");
  Spec& spec = *request.mutable_training_job()->mutable_spec();
  spec.clear_validation_split();
  spec.set_batch_size(4);
  spec.set_epochs(1);
  grpc::Status status = server.Create(request);
  const v1::TrainingJob job = server.stubs().WaitForEnd("trainingJobs/left-over");
  EXPECT_EQ(job.state(), v1::TrainingJob::SUCCEEDED) << job.error().message();
  EXPECT_EQ(job.progress().step(), 449);
  EXPECT_TRUE(std::isfinite(job.progress().metrics().at("loss")));
  server.DeleteJob("trainingJobs/left-over");
  return status;
}

BadInput LearningRate(const char* name, double rate) {
  return InSpec(9, name, [rate](Spec& s) { s.mutable_optimizer()->mutable_adam()->set_learning_rate(rate); },
                {"spec.optimizer.adam.learning_rate"});
}

BadInput Split(const char* name, double split) {
  return InSpec(29, name, [split](Spec& s) { s.set_validation_split(split); }, {"spec.validation_split"});
}

BadInput ClassWeight(const char* name, const char* of, double weight) {
  return InSpec(31, name, [of, weight](Spec& s) { (*s.mutable_class_weight())[of] = weight; },
                {std::string("spec.class_weight[\"") + of + "\"]"});
}

std::vector<BadInput> BadSteps() {
  return {
      InSpec(6, "NoLoss", [](Spec& s) { s.clear_loss(); }, {"spec.loss"}),
      InSpec(6, "LossWithoutKind", [](Spec& s) { s.mutable_loss()->Clear(); }, {"spec.loss"}),
      InSpec(6, "NoOptimizer", [](Spec& s) { s.clear_optimizer(); }, {"spec.optimizer"}),
      InSpec(6, "OptimizerWithoutKind", [](Spec& s) { s.mutable_optimizer()->clear_kind(); }, {"spec.optimizer"}),
      InSpec(6, "MetricUnknown", [](Spec& s) { s.set_metrics(0, static_cast<Spec::Metric>(42)); }, {"spec.metrics[0]"}),
      InSpec(6, "ValidationRowsUnknown", [](Spec& s) { s.set_validation_rows(static_cast<Spec::ValidationRows>(9)); },
             {"spec.validation_rows"}),
      InSpec(6, "PrecisionUnknown", [](Spec& s) { s.set_precision(static_cast<Spec::Precision>(-1)); },
             {"spec.precision"}),
      LearningRate("LearningRateNaN", kNan),
      LearningRate("LearningRateInfinite", kInfinity),
      LearningRate("LearningRateZero", 0),
      LearningRate("LearningRateNegative", -0.1),
      InSpec(9, "LearningRateOfSgdZero", [](Spec& s) { s.mutable_optimizer()->mutable_sgd()->set_learning_rate(0); },
             {"spec.optimizer.sgd.learning_rate"}),
      InSpec(10, "MomentumOne", [](Spec& s) { s.mutable_optimizer()->mutable_sgd()->set_momentum(1); },
             {"spec.optimizer.sgd.momentum"}),
      InSpec(10, "MomentumNegative", [](Spec& s) { s.mutable_optimizer()->mutable_rmsprop()->set_momentum(-0.1); },
             {"spec.optimizer.rmsprop.momentum"}),
      InSpec(10, "Betas",
             [](Spec& s) {
               s.mutable_optimizer()->mutable_adam()->set_beta_1(1);
               s.mutable_optimizer()->mutable_adam()->set_beta_2(-0.1);
             },
             {"spec.optimizer.adam.beta_1", "spec.optimizer.adam.beta_2"}),
      InSpec(10, "AverageOfOldWeightsAlone", [](Spec& s) { s.mutable_optimizer()->set_ema_momentum(1); },
             {"spec.optimizer.ema_momentum"}),
      InSpec(11, "EpsilonZero", [](Spec& s) { s.mutable_optimizer()->mutable_adam()->set_epsilon(0); },
             {"spec.optimizer.adam.epsilon"}),
      InSpec(11, "EpsilonNaN", [](Spec& s) { s.mutable_optimizer()->mutable_adagrad()->set_epsilon(kNan); },
             {"spec.optimizer.adagrad.epsilon"}),
      InSpec(12, "EpochsZero", [](Spec& s) { s.set_epochs(0); }, {"spec.epochs"}),
      InSpec(12, "EpochsOverTheMost", [](Spec& s) { s.set_epochs(100'001); }, {"spec.epochs"}),
      InSpec(13, "BatchSizeZero", [](Spec& s) { s.set_batch_size(0); }, {"spec.batch_size"}),
      InSpec(13, "BatchSizeOverTheMost", [](Spec& s) { s.set_batch_size(65'537); }, {"spec.batch_size"}),
      InSpec(14, "NormalizationOfBatchesOfOne", [](Spec& s) { s.set_batch_size(1); }, {"spec.batch_size"}),
      {.number = 15, .name = "LastBatchOfOneRow", .send = TrainOnALastBatchOfOneRow, .code = Code::OK},
      Split("SplitOne", 1),
      Split("SplitNegative", -0.1),
      Split("SplitNaN", kNan),
      Split("SplitLeavesNoRowToTrainOn", 0.9999),
      Split("SplitHoldsOutNoRow", 1e-300),
      ClassWeight("WeightOfAnUnknownClass", "cat", 2),
      ClassWeight("ClassWeightNegative", "3", -1),
      ClassWeight("ClassWeightNaN", "3", kNan),
      ClassWeight("ClassWeightInfinite", "3", kInfinity),
  };
}

std::vector<BadInput> BadSettings() {
  return {
      InSpec(0, "LossForRegression", [](Spec& s) { s.mutable_loss()->mutable_mean_squared_error(); },
             {"spec.metrics[0]"}),
      InSpec(0, "LossForTwoClasses",
             [](Spec& s) {
               s.mutable_loss()->mutable_binary_crossentropy();
               LayerOf(s, 7)->mutable_activation()->set_function(v1::Activation::SIGMOID);
             },
             {"spec.loss.binary_crossentropy"}),
      InSpec(0, "LabelSmoothingOfAll",
             [](Spec& s) { s.mutable_loss()->mutable_categorical_crossentropy()->set_label_smoothing(1); },
             {"spec.loss.categorical_crossentropy.label_smoothing"}),
      InSpec(0, "ClippedTwice",
             [](Spec& s) {
               s.mutable_optimizer()->set_clipnorm(1);
               s.mutable_optimizer()->set_clipvalue(1);
             },
             {"spec.optimizer"}),
      InSpec(0, "MetricOfRegression", [](Spec& s) { s.set_metrics(0, v1::TrainingSpec::R2); }, {"spec.metrics[0]"}),
      InSpec(0, "MonitorThatNothingReports", [](Spec& s) { s.mutable_early_stopping()->set_monitor("val_f1_macro"); },
             {"spec.early_stopping.monitor"}),
      InSpec(0, "PlateauOfNothing",
             [](Spec& s) {
               s.mutable_optimizer()->mutable_learning_rate_schedule()->mutable_reduce_on_plateau()->set_monitor("x");
             },
             {"spec.optimizer.learning_rate_schedule.reduce_on_plateau.monitor"}),
      InSpec(0, "DecayOverNothing",
             [](Spec& s) { s.mutable_optimizer()->mutable_learning_rate_schedule()->mutable_step_decay(); },
             {"spec.optimizer.learning_rate_schedule.step_decay.step_size"}),
      InSpec(0, "AccumulationOfNothing", [](Spec& s) { s.set_gradient_accumulation_steps(0); },
             {"spec.gradient_accumulation_steps"}),
      InSpec(0, "NoSeconds", [](Spec& s) { s.set_max_train_seconds(0); }, {"spec.max_train_seconds"}),
      InSpec(0, "NoSteps", [](Spec& s) { s.set_max_steps(0); }, {"spec.max_steps"}),
      InSpec(0, "ThreadsNegative", [](Spec& s) { s.set_threads(-1); }, {"spec.threads"}),
      InSpec(0, "MoreThreadsThanCores", [](Spec& s) { s.set_threads(1'000); }, {"spec.threads"}),
      InSpec(0, "MoreThreadsThanAnyMachine", [](Spec& s) { s.set_threads(1'000'000); }, {"spec.threads"}),
      InSpec(0, "CheckpointsOfTwoKinds",
             [](Spec& s) {
               s.mutable_checkpoint()->set_every_steps(1);
               s.mutable_checkpoint()->set_every_epochs(1);
             },
             {"spec.checkpoint"}),
      InSpec(0, "CheckpointsEveryNothing", [](Spec& s) { s.mutable_checkpoint()->set_every_seconds(0); },
             {"spec.checkpoint.every_seconds"}),
      InSpec(0, "EveryFaultAtOnce",
             [](Spec& s) {
               s.set_epochs(-1);
               s.set_batch_size(-1);
               s.clear_loss();
               LayerOf(s, 0)->mutable_dense()->set_units(0);
               LayerOf(s, 2)->mutable_activation()->clear_function();
             },
             {"spec.epochs", "spec.batch_size", "spec.loss", "spec.model.layers[0].dense.units",
              "spec.model.layers[2].activation.function"}),
  };
}

}  // namespace

std::vector<BadInput> BadTrainings() {
  std::vector<BadInput> rows = BadSteps();
  for (BadInput& row : BadSettings()) rows.push_back(std::move(row));
  return rows;
}

}  // namespace traind
