#include "engine/training/trainer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "engine/formats/safetensors.h"
#include "tests/engine/digits.h"
#include "tests/engine/random_values.h"
#include "tests/engine/training/recording_observer.h"
#include "tests/engine/training/small_network.h"

namespace traind::engine {
namespace {

using End = TrainingOutcome::End;

TEST(TrainerTest, CountsEpochsStepsAndSamplesAndReportsEachOnce) {
  TrainingSpec spec = SmallSpec();
  spec.validation_split = 0.25;
  const Trained run = Train(spec, SmallRows(40));  // 30 to train on: 7 batches of 4 and one of 2
  EXPECT_EQ(run.outcome.end, End::kFinished);
  EXPECT_EQ(run.outcome.progress.epoch, 3);
  EXPECT_EQ(run.outcome.progress.steps, 24);
  EXPECT_EQ(run.outcome.progress.step, 24);
  EXPECT_EQ(run.outcome.progress.samples, 90);
  EXPECT_GT(run.outcome.progress.seconds, 0);
  EXPECT_EQ(run.observer.steps.size(), 24u);
  EXPECT_EQ(run.observer.steps[8].epoch, 1);
  EXPECT_EQ(run.observer.steps[7].samples, 30);
  ASSERT_EQ(run.observer.history.size(), 3u);
  EXPECT_EQ(run.observer.history.back(), run.outcome.metrics.values);
  for (const char* name : {"loss", "accuracy", "val_loss", "val_accuracy"}) {
    EXPECT_TRUE(run.outcome.metrics.values.contains(name)) << name;
  }
}

TEST(TrainerTest, TheEpochsLossIsTheMeanOverItsRows) {
  const Trained run = Train(SmallSpec(), SmallRows(30));
  double sum = 0;
  for (int step = 0; step < 8; ++step) sum += run.observer.losses[step] * (step < 7 ? 4 : 2);
  EXPECT_NEAR(run.observer.history[0].at("loss"), sum / 30, 1e-12);
  EXPECT_FALSE(run.outcome.metrics.values.contains("val_loss"));
}

TEST(TrainerTest, TheSameSeedGivesTheSameBitsAndAnotherDoesNot) {
  const Rows digits = LoadDigits();
  TrainingSpec spec = DigitsSpec();
  spec.epochs = 2;
  for (const int threads : {1, 2}) {
    const Trained first = Train(spec, digits, threads);
    EXPECT_EQ(first.weights, Train(spec, digits, threads).weights);
  }
  TrainingSpec other = spec;
  other.seed = 8;
  EXPECT_NE(Train(spec, digits).weights, Train(other, digits).weights);
}

TEST(TrainerTest, MayBeMadeOnOneThreadAndRunOnAnother) {
  const Rows rows = SmallRows(30);
  const Trained here = Train(SmallSpec(), rows);
  auto trainer = Trainer::Create(SmallSpec(), rows.view(), 1);
  ASSERT_TRUE(trainer.ok());
  std::thread([&] {
    RecordingObserver observer;
    EXPECT_TRUE((*trainer)->Run(observer, {}).ok());
  }).join();
  EXPECT_EQ(*(*trainer)->ExportWeights(), here.weights);
}

TEST(TrainerTest, WeightsComeOutAsTheyWentIn) {
  const Rows rows = SmallRows(30);
  const std::vector<NamedTensor> trained = Train(SmallSpec(), rows).weights;
  ASSERT_EQ(trained.size(), 8u);
  EXPECT_EQ(trained[0].name, "dense_1.weight");
  EXPECT_EQ(trained[0].shape, (std::vector<int64_t>{5, 3}));
  EXPECT_EQ(trained[1].name, "dense_1.bias");
  EXPECT_EQ(trained[2].name, "batch_normalization_1.weight");
  EXPECT_EQ(trained[5].name, "batch_normalization_1.running_var");
  EXPECT_EQ(trained[7].name, "dense_2.bias");
  auto trainer = Trainer::Create(SmallSpec(), rows.view(), 1);
  ASSERT_TRUE(trainer.ok());
  ASSERT_TRUE((*trainer)->ImportWeights(trained).ok());
  EXPECT_EQ(*(*trainer)->ExportWeights(), trained);
}

TEST(TrainerTest, WritesItsWeightsPieceByPiece) {
  const Rows rows = SmallRows(30);
  auto trainer = Trainer::Create(SmallSpec(), rows.view(), 1);
  ASSERT_TRUE(trainer.ok());
  const std::vector<NamedTensor> weights = *(*trainer)->ExportWeights();
  std::string written;
  int pieces = 0;
  ASSERT_TRUE((*trainer)
                  ->WriteWeights([&](std::string_view bytes) {
                    written += bytes;
                    ++pieces;
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_EQ(written, SerializeSafetensors(weights));
  EXPECT_EQ(pieces, 9);  // the header and 8 weights
  int64_t parameters = 0;
  for (const NamedTensor& weight : weights) parameters += static_cast<int64_t>(weight.values.size());
  EXPECT_EQ((*trainer)->parameters(), parameters);

  const absl::Status full = absl::ResourceExhaustedError("the disk is full");
  EXPECT_EQ((*trainer)->WriteWeights([&](std::string_view) { return --pieces < 5 ? full : absl::OkStatus(); }), full);
  EXPECT_EQ(pieces, 4);
}

TEST(TrainerTest, RefusesWeightsThatDoNotFitAndKeepsItsOwn) {
  const Rows rows = SmallRows(30);
  auto trainer = Trainer::Create(SmallSpec(), rows.view(), 1);
  ASSERT_TRUE(trainer.ok());
  const std::vector<NamedTensor> own = *(*trainer)->ExportWeights();
  std::vector<NamedTensor> wrong_name = own, wrong_shape = own, too_few = own, short_values = own;
  wrong_name[3].name = "x";
  wrong_shape[0].shape = {3, 5};
  too_few.pop_back();
  short_values[7].values.pop_back();
  for (auto* weights : {&wrong_name, &wrong_shape, &too_few, &short_values}) {
    EXPECT_EQ((*trainer)->ImportWeights(*weights).code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(*(*trainer)->ExportWeights(), own);
  }
}

TEST(TrainerTest, RunsOnce) {
  const Rows rows = SmallRows(30);
  auto trainer = Trainer::Create(SmallSpec(), rows.view(), 1);
  ASSERT_TRUE(trainer.ok());
  RecordingObserver observer;
  ASSERT_TRUE((*trainer)->Run(observer, {}).ok());
  EXPECT_EQ((*trainer)->Run(observer, {}).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ((*trainer)->ImportWeights(*(*trainer)->ExportWeights()).code(), absl::StatusCode::kFailedPrecondition);
}

TEST(TrainerTest, StopsBetweenStepsWhenAsked) {
  const Rows rows = SmallRows(30);
  auto trainer = Trainer::Create(SmallSpec(), rows.view(), 1);
  ASSERT_TRUE(trainer.ok());
  std::stop_source source;
  RecordingObserver observer;
  observer.on_step = [&](const TrainingProgress& progress) {
    if (progress.step == 10) source.request_stop();
  };
  const auto outcome = (*trainer)->Run(observer, source.get_token());
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->end, End::kStopped);
  EXPECT_EQ(outcome->progress.step, 10);
  EXPECT_EQ(outcome->progress.epoch, 1);
  EXPECT_EQ(outcome->metrics.values, observer.history.at(0));
}

TEST(TrainerTest, AStopBeforeValidationLeavesTheEpochUncounted) {
  TrainingSpec spec = SmallSpec();
  spec.validation_split = 0.25;
  const Rows rows = SmallRows(40);  // 8 steps an epoch
  auto trainer = Trainer::Create(spec, rows.view(), 1);
  ASSERT_TRUE(trainer.ok());
  std::stop_source source;
  RecordingObserver observer;
  observer.on_step = [&](const TrainingProgress& progress) {
    if (progress.step == 16) source.request_stop();
  };
  const auto outcome = (*trainer)->Run(observer, source.get_token());
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->end, End::kStopped);
  EXPECT_EQ(outcome->progress.step, 16);
  EXPECT_EQ(outcome->progress.epoch, 1);
  ASSERT_EQ(observer.history.size(), 1u);
  EXPECT_EQ(outcome->metrics.values, observer.history[0]);
}

TEST(TrainerTest, ALossThatIsNoNumberEndsTheRunBeforeItTouchesTheWeights) {
  Rows rows = SmallRows(30);
  TrainingSpec spec = SmallSpec(/*batch_normalization=*/false);
  spec.shuffle = false;
  spec.epochs = 1;
  const Rows good_rows = [&] {
    Rows good = rows;
    good.classes.resize(8);
    return good;
  }();
  rows.features[9 * 3] = std::numeric_limits<float>::infinity();  // in the third batch
  auto trainer = Trainer::Create(spec, rows.view(), 1);
  ASSERT_TRUE(trainer.ok());
  RecordingObserver observer;
  const auto outcome = (*trainer)->Run(observer, {});
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->end, End::kDiverged);
  EXPECT_FALSE(outcome->weights_overflowed);
  EXPECT_EQ(outcome->progress.step, 3);
  EXPECT_EQ(observer.losses.size(), 2u);
  EXPECT_TRUE(observer.history.empty());
  EXPECT_EQ(*(*trainer)->ExportWeights(), Train(spec, good_rows).weights);
}

TEST(TrainerTest, ALastStepThatOverflowsAWeightIsNoSuccess) {
  const Rows rows = [] {
    Rows huge = SmallRows(4);
    for (float& value : huge.features) value *= 3e38f;
    return huge;
  }();
  TrainingSpec spec;
  spec.model.layers = {{"", DenseSpec{.units = 2, .kernel_initializer = {.kind = InitializerKind::kZeros}}},
                       {"", ActivationSpec{.function = ActivationFunction::kSoftmax}}};
  spec.optimizer.kind = SgdSpec{.learning_rate = 1000};
  spec.epochs = 1;
  auto trainer = Trainer::Create(spec, rows.view(), 1);
  ASSERT_TRUE(trainer.ok()) << trainer.status();
  RecordingObserver observer;
  const auto outcome = (*trainer)->Run(observer, {});
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->end, End::kDiverged);
  EXPECT_TRUE(outcome->weights_overflowed);
  EXPECT_EQ(outcome->progress.step, 1);
  EXPECT_EQ(outcome->progress.epoch, 0);
  EXPECT_EQ(observer.losses.size(), 1u);
  EXPECT_TRUE(observer.history.empty());
}

TEST(TrainerTest, ALastBatchOfOneRowIsLeftOutWithBatchNormalizationOnly) {
  const Rows rows = SmallRows(29);  // 7 batches of 4 and one row
  const Trained with = Train(SmallSpec(), rows);
  EXPECT_EQ(with.outcome.progress.steps, 21);
  EXPECT_EQ(with.outcome.progress.samples, 84);
  const Trained without = Train(SmallSpec(/*batch_normalization=*/false), rows);
  EXPECT_EQ(without.outcome.progress.steps, 24);
  EXPECT_EQ(without.outcome.progress.samples, 87);
}

TEST(TrainerTest, ABatchLargerThanTheDataTakesItAll) {
  TrainingSpec spec = SmallSpec();
  spec.batch_size = 65'536;
  const Trained run = Train(spec, SmallRows(30));
  EXPECT_EQ(run.outcome.progress.steps, 3);
  EXPECT_EQ(run.outcome.progress.samples, 90);
}

TEST(TrainerTest, LearnsFromDataOfOneClassAndConstantColumns) {
  Rows rows = SmallRows(30, /*single_class=*/true);
  for (int64_t i = 0; i < 30; ++i) rows.features[i * 3 + 1] = 0;
  for (int64_t i = 0; i < 30; ++i) rows.features[i * 3 + 2] = 100;
  TrainingSpec spec = SmallSpec();
  spec.epochs = 50;
  EXPECT_GT(Train(spec, rows).outcome.metrics.values.at("accuracy"), 0.99);
}

TEST(TrainerTest, TakesWidthOneAndWideLayersAndNormalizationFirst) {
  TrainingSpec spec = SmallSpec();
  std::get<DenseSpec>(spec.model.layers[0].kind).units = 1;
  Train(spec, SmallRows(30));
  std::get<DenseSpec>(spec.model.layers[0].kind).units = 10'000;
  Train(spec, SmallRows(30));
  spec.model.layers.insert(spec.model.layers.begin(), {"", BatchNormalizationSpec{}});
  Train(spec, SmallRows(30));
}

TEST(TrainerTest, RefusesASpecWithFaults) {
  const Rows rows = SmallRows(30);
  TrainingSpec spec = SmallSpec();
  spec.epochs = 0;
  EXPECT_EQ(Trainer::Create(spec, rows.view(), 1).status().code(), absl::StatusCode::kInvalidArgument);
  spec = SmallSpec();
  std::get<DenseSpec>(spec.model.layers[3].kind).units = 3;
  EXPECT_EQ(Trainer::Create(spec, rows.view(), 1).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Trainer::Create(SmallSpec(), rows.view(), 0).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace traind::engine
