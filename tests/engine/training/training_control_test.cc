// What ends a training, which weights it keeps, and what counts how much.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/metrics/monitor.h"
#include "engine/training/trainer.h"
#include "tests/engine/training/small_network.h"

namespace traind::engine {
namespace {

using End = TrainingOutcome::End;

float LargestDifference(const std::vector<NamedTensor>& a, const std::vector<NamedTensor>& b) {
  float largest = 0;
  EXPECT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t k = 0; k < a[i].values.size(); ++k) {
      largest = std::max(largest, std::abs(a[i].values[k] - b[i].values[k]));
    }
  }
  return largest;
}

TEST(MonitorTest, ImprovesByMoreThanMinDelta) {
  Monitor smaller("val_loss", MonitorMode::kAuto, 0.5);
  EXPECT_TRUE(smaller.Improves({{"val_loss", 5}}));
  EXPECT_FALSE(smaller.Improves({{"val_loss", 4.5}}));
  EXPECT_TRUE(smaller.Improves({{"val_loss", 4.4}}));
  EXPECT_FALSE(smaller.Improves({{"loss", 0}}));
  EXPECT_FALSE(smaller.Improves({{"val_loss", std::nan("")}}));
  Monitor larger("val_accuracy", MonitorMode::kAuto, 0);
  EXPECT_TRUE(larger.Improves({{"val_accuracy", 0.5}}));
  EXPECT_FALSE(larger.Improves({{"val_accuracy", 0.5}}));
  EXPECT_TRUE(larger.Improves({{"val_accuracy", 0.6}}));
  Monitor asked("accuracy", MonitorMode::kMin, 0);
  EXPECT_TRUE(asked.Improves({{"accuracy", 0.5}}));
  EXPECT_FALSE(asked.Improves({{"accuracy", 0.6}}));
}

// With a learning rate so small that nothing improves by a whole unit of loss after the first epoch.
TEST(TrainingControlTest, StopsEarlyWhenPatienceIsOver) {
  TrainingSpec spec = SmallSpec();
  spec.epochs = 20;
  spec.validation_split = 0.25;
  spec.early_stopping = {.min_delta = 100, .patience = 3};
  const Trained run = Train(spec, SmallRows(40));
  EXPECT_EQ(run.outcome.end, End::kEarlyStopped);
  EXPECT_EQ(run.outcome.progress.epoch, 4);  // the first, and three without improvement
  EXPECT_EQ(run.outcome.best_epoch, 0);
  spec.early_stopping->patience = 0;
  EXPECT_EQ(Train(spec, SmallRows(40)).outcome.progress.epoch, 2);
}

// The ROC AUC of validation rows of one class is not defined.
TEST(TrainingControlTest, EpochsWithoutTheFigureDoNotCount) {
  TrainingSpec spec = SmallSpec();
  spec.epochs = 6;
  spec.metrics = {Metric::kRocAuc};
  spec.early_stopping = {.monitor = "val_roc_auc", .patience = 2};
  const Rows single = SmallRows(20, /*single_class=*/true);
  const DatasetView validation = single.view();
  const Rows rows = SmallRows(40);
  const Trained run = Train(spec, rows.view(), 1, &validation);
  EXPECT_EQ(run.outcome.end, End::kFinished);
  EXPECT_EQ(run.outcome.progress.epoch, 6);
}

TEST(TrainingControlTest, RestoresTheBestEpochsWeightsAndFigures) {
  TrainingSpec spec = SmallSpec();
  spec.epochs = 6;
  spec.validation_split = 0.25;
  spec.early_stopping = {.patience = 100, .mode = MonitorMode::kMax, .restore_best_weights = true};  // the worst loss
  const Trained run = Train(spec, SmallRows(40));
  EXPECT_EQ(run.outcome.end, End::kFinished);
  const auto& history = run.observer.history;
  const auto worst = std::ranges::max_element(history, {}, [](const auto& epoch) { return epoch.at("val_loss"); });
  const int64_t epoch = worst - history.begin() + 1;
  ASSERT_LT(epoch, 6);
  EXPECT_EQ(run.outcome.best_epoch, epoch);
  EXPECT_EQ(run.outcome.metrics.values, *worst);
  spec.early_stopping.reset();
  spec.epochs = epoch;
  EXPECT_EQ(run.weights, Train(spec, SmallRows(40)).weights);
}

TEST(TrainingControlTest, KeepsTheBest) {
  TrainingSpec spec = SmallSpec();
  spec.epochs = 5;
  spec.keep_best = KeepBestSpec{.monitor = "accuracy", .mode = MonitorMode::kMin};
  const Trained run = Train(spec, SmallRows(40));
  ASSERT_GT(run.outcome.best_epoch, 0);
  spec.keep_best.reset();
  spec.epochs = run.outcome.best_epoch;
  EXPECT_EQ(run.weights, Train(spec, SmallRows(40)).weights);
}

TEST(TrainingControlTest, AStepBudgetEndsAndReportsAShortEpoch) {
  TrainingSpec spec = SmallSpec();
  spec.max_steps = 13;  // of 10 an epoch
  const Trained run = Train(spec, SmallRows(40));
  EXPECT_EQ(run.outcome.end, End::kStepBudget);
  EXPECT_EQ(run.outcome.progress.step, 13);
  EXPECT_EQ(run.outcome.progress.steps, 13);
  EXPECT_EQ(run.outcome.progress.samples, 52);
  EXPECT_EQ(run.observer.history.size(), 2u);
  spec.max_steps = 1'000'000;
  EXPECT_EQ(Train(spec, SmallRows(40)).outcome.end, End::kFinished);
}

TEST(TrainingControlTest, ATimeBudgetEndsAfterAStep) {
  TrainingSpec spec = SmallSpec();
  spec.max_train_seconds = 1e-9;
  const Trained run = Train(spec, SmallRows(40));
  EXPECT_EQ(run.outcome.end, End::kTimeBudget);
  EXPECT_EQ(run.outcome.progress.step, 1);
  EXPECT_EQ(run.observer.history.size(), 1u);
}

TEST(TrainingControlTest, WhatABudgetLeavesAccumulatedMovesTheWeights) {
  TrainingSpec spec = SmallSpec();
  spec.gradient_accumulation_steps = 3;
  spec.max_steps = 1;
  const Trained by_steps = Train(spec, SmallRows(40));
  spec.max_steps.reset();
  spec.max_train_seconds = 1e-9;
  const Trained by_time = Train(spec, SmallRows(40));
  EXPECT_EQ(by_time.outcome.progress.step, 1);
  EXPECT_EQ(by_time.weights, by_steps.weights);
  spec.gradient_accumulation_steps = 1;
  EXPECT_EQ(by_time.weights, Train(spec, SmallRows(40)).weights);
}

// Without batch normalization n batches of b rows give the gradient of one batch of n * b.
TEST(TrainingControlTest, AccumulatedBatchesActAsOne) {
  TrainingSpec spec = SmallSpec(/*batch_normalization=*/false);
  spec.optimizer.kind = SgdSpec{.learning_rate = 0.1, .momentum = 0.9};
  spec.batch_size = 12;
  const Trained whole = Train(spec, SmallRows(40));  // 12, 12, 12, 4
  spec.batch_size = 4;
  spec.gradient_accumulation_steps = 3;  // 3 * 4 three times, then 4
  const Trained parts = Train(spec, SmallRows(40));
  EXPECT_LT(LargestDifference(whole.weights, parts.weights), 1e-6);
  EXPECT_EQ(parts.outcome.progress.step, 30);
  spec.gradient_accumulation_steps = 1;
  EXPECT_GT(LargestDifference(whole.weights, Train(spec, SmallRows(40)).weights), 1e-3);
}

// A row that weighs two counts as the row twice, but for the number of rows that the sum is divided by.
TEST(TrainingControlTest, WeightsOfRowsAndClassesScaleTheirGradients) {
  TrainingSpec spec = SmallSpec(/*batch_normalization=*/false);
  spec.optimizer.kind = SgdSpec{.learning_rate = 0.1};
  const Rows rows = SmallRows(40);
  DatasetView dataset = rows.view();
  std::vector<float> weights;
  for (const int32_t of_class : rows.classes) weights.push_back(of_class == 1 ? 2.0f : 0.5f);
  dataset.weights = weights.data();
  const Trained by_row = Train(spec, dataset);
  spec.class_weight = {{"0", 0.5}, {"1", 2.0}};
  const Trained by_class = Train(spec, rows);
  EXPECT_EQ(by_row.weights, by_class.weights);
  spec.class_weight = {{"0", 1.0}, {"1", 1.0}};
  const Trained as_one = Train(spec, rows);
  EXPECT_GT(LargestDifference(by_class.weights, as_one.weights), 1e-3);
  // Twice the weight everywhere is twice the learning rate.
  spec.class_weight = {{"0", 2.0}, {"1", 2.0}};
  const Trained doubled = Train(spec, rows);
  spec.class_weight = {};
  spec.optimizer.kind = SgdSpec{.learning_rate = 0.2};
  EXPECT_LT(LargestDifference(doubled.weights, Train(spec, rows).weights), 1e-5);
}

TEST(TrainingControlTest, ValidatesOnASecondDataset) {
  TrainingSpec spec = SmallSpec();
  const Rows rows = SmallRows(40);
  const Trained lone = Train(spec, rows);
  const DatasetView same = rows.view();
  const Trained run = Train(spec, rows.view(), 1, &same);
  EXPECT_EQ(run.weights, lone.weights);
  ASSERT_TRUE(run.outcome.metrics.values.contains("val_accuracy"));
  // The last epoch's weights on the rows themselves: better than the running mean over the epoch, and not equal to it.
  EXPECT_NE(run.outcome.metrics.values.at("val_loss"), run.outcome.metrics.values.at("loss"));
  spec.validation_split = 0.5;
  EXPECT_FALSE(Trainer::Create(spec, rows.view(), 1, &same).ok());
}

// Weights of classes are for training; weights of rows are the data's, and count where they measure, too.
TEST(TrainingControlTest, WeightsOfRowsCountInTheValidationLossAndWeightsOfClassesDoNot) {
  TrainingSpec spec = SmallSpec(/*batch_normalization=*/false);
  spec.optimizer.kind = SgdSpec{.learning_rate = 1e-30};  // all losses are those of the first weights
  const Rows rows = SmallRows(40);
  DatasetView validation = rows.view();
  const MetricValues plain = Train(spec, rows.view(), 1, &validation).outcome.metrics.values;
  EXPECT_NEAR(plain.at("val_loss"), plain.at("loss"), 1e-6);
  const std::vector<float> triple(40, 3.0f);
  validation.weights = triple.data();
  spec.class_weight = {{"0", 2.0}, {"1", 2.0}};
  const MetricValues weighted = Train(spec, rows.view(), 1, &validation).outcome.metrics.values;
  EXPECT_NEAR(weighted.at("loss"), 2 * plain.at("loss"), 1e-6);
  EXPECT_NEAR(weighted.at("val_loss"), 3 * plain.at("val_loss"), 1e-6);
}

TEST(TrainingControlTest, RegularizersCountInTheLosses) {
  TrainingSpec spec = SmallSpec(/*batch_normalization=*/false);
  spec.epochs = 1;
  spec.batch_size = 40;
  spec.validation_split = 0.25;
  const Trained plain = Train(spec, SmallRows(40));
  std::get<DenseSpec>(spec.model.layers[0].kind).kernel_regularizer = {.l1 = 0.5, .l2 = 2};
  auto trainer = Trainer::Create(spec, SmallRows(40).view(), 1);
  ASSERT_TRUE(trainer.ok());
  double before = 0;
  const std::vector<NamedTensor> initial = *(*trainer)->ExportWeights();
  for (const float value : initial[0].values) before += 0.5 * std::abs(value) + 2.0 * value * value;
  const Trained penalized = Train(spec, SmallRows(40));
  EXPECT_NEAR(penalized.observer.losses[0], plain.observer.losses[0] + before, 1e-5);
  EXPECT_NEAR(penalized.outcome.metrics.values.at("loss"), penalized.observer.losses[0], 1e-9);
  double after = 0;
  for (const float value : penalized.weights[0].values) after += 0.5 * std::abs(value) + 2.0 * value * value;
  EXPECT_LT(after, before);
  EXPECT_GT(penalized.outcome.metrics.values.at("val_loss"), after);
}

TEST(TrainingControlTest, ReportsTheLearningRateOfASchedule) {
  TrainingSpec spec = SmallSpec();
  EXPECT_FALSE(Train(spec, SmallRows(40)).outcome.metrics.values.contains("learning_rate"));
  spec.optimizer.learning_rate_schedule.warmup_steps = 1'000;
  const Trained run = Train(spec, SmallRows(40));
  EXPECT_LT(run.observer.history[0].at("learning_rate"), run.observer.history[1].at("learning_rate"));
  EXPECT_LT(run.observer.history[2].at("learning_rate"), 0.01);
}

TEST(TrainingControlTest, TheAverageIsWhatIsValidatedAndKept) {
  TrainingSpec spec = SmallSpec(/*batch_normalization=*/false);
  spec.optimizer.kind = SgdSpec{.learning_rate = 0.1};
  spec.epochs = 1;
  spec.batch_size = 20;
  spec.shuffle = false;
  const Rows rows = SmallRows(40);  // two updates
  spec.max_steps = 1;
  const std::vector<NamedTensor> first = Train(spec, rows).weights;
  spec.max_steps.reset();
  const std::vector<NamedTensor> second = Train(spec, rows).weights;
  spec.optimizer.ema_momentum = 0.75;
  const std::vector<NamedTensor> average = Train(spec, rows).weights;
  for (std::size_t i = 0; i < average.size(); ++i) {
    for (std::size_t k = 0; k < average[i].values.size(); ++k) {
      EXPECT_NEAR(average[i].values[k], 0.75f * first[i].values[k] + 0.25f * second[i].values[k], 1e-6);
    }
  }
}

TEST(TrainingControlTest, LearnsSeveralTargetsAtOnce) {
  const int64_t count = 200;
  const std::vector<float> features = RandomValues(count * 3, 1);
  std::vector<float> targets;
  for (int64_t i = 0; i < count; ++i) {
    targets.push_back(2 * features[i * 3] - features[i * 3 + 1] + 1);
    targets.push_back(features[i * 3 + 2] - 3);
  }
  const DatasetView dataset = {
      .shape = {.rows = count, .features = 3, .targets = 2}, .features = features.data(), .targets = targets.data()};
  TrainingSpec spec;
  spec.model.layers = {{"", DenseSpec{.units = 2}}};
  spec.loss = MeanSquaredErrorSpec{};
  spec.optimizer.kind = AdamSpec{.learning_rate = 0.05};
  spec.epochs = 60;
  spec.batch_size = 20;
  const Trained run = Train(spec, dataset);
  EXPECT_LT(run.outcome.metrics.values.at("loss"), 1e-3);
  EXPECT_NEAR(run.weights[0].values[0], 2, 0.1);
  EXPECT_NEAR(run.weights[1].values[1], -3, 0.1);
}

}  // namespace
}  // namespace traind::engine
