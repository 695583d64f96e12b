// Preprocessing as a part of a training and of what it leaves.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "engine/formats/safetensors.h"
#include "engine/training/predictor.h"
#include "engine/training/thread_choice.h"
#include "engine/training/training_bytes.h"
#include "engine/training/validate.h"
#include "tests/engine/training/small_network.h"

namespace traind::engine {
namespace {

const float kMissing = std::nanf("");

// A number, sometimes missing, and a category; the target follows from both and is far from 0.
struct Mixed {
  std::vector<float> features;
  std::vector<float> targets;
  DatasetView view;

  explicit Mixed(int64_t rows, int64_t categories = 3) {
    for (int64_t i = 0; i < rows; ++i) {
      const auto number = static_cast<float>(i * 7 % 50);
      const int64_t category = i % categories;
      features.push_back(i % 9 == 4 ? kMissing : number);
      features.push_back(static_cast<float>(category));
      targets.push_back(5000 + 10 * number + (category == 1 ? 300.0f : 0.0f));
    }
    view.shape = {.rows = rows,
                  .features = 2,
                  .columns = {{.name = "number", .has_missing = true}, {.name = "category", .categories = categories}}};
    view.features = features.data();
    view.targets = targets.data();
  }
};

TrainingSpec Regression() {
  TrainingSpec spec;
  spec.model.layers = {{"", DenseSpec{.units = 16}},
                       {"", ActivationSpec{.function = ActivationFunction::kRelu}},
                       {"", DenseSpec{.units = 1}}};
  spec.loss = MeanSquaredErrorSpec{};
  spec.metrics = {Metric::kMae, Metric::kR2};
  spec.optimizer.kind = AdamSpec{.learning_rate = 0.01};
  spec.preprocessing.standardize_targets = true;
  spec.validation_split = 0.25;
  spec.epochs = 40;
  return spec;
}

std::string File(Trainer& trainer) {
  std::string file;
  EXPECT_TRUE(trainer
                  .WriteWeights([&](std::string_view bytes) {
                    file += bytes;
                    return absl::OkStatus();
                  })
                  .ok());
  return file;
}

struct TrainedFile {
  std::string file;
  TrainingOutcome outcome;
};

TrainedFile TrainOn(const TrainingSpec& spec, const DatasetView& view, const DatasetView* validation = nullptr) {
  auto trainer = Trainer::Create(spec, view, 1, validation);
  EXPECT_TRUE(trainer.ok()) << trainer.status();
  RecordingObserver observer;
  auto outcome = (*trainer)->Run(observer, {});
  EXPECT_TRUE(outcome.ok()) << outcome.status();
  return {File(**trainer), *outcome};
}

TEST(PreprocessingTest, MetricsAndPredictionsAreInTheTargetsUnits) {
  const Mixed data(200);
  const TrainingSpec spec = Regression();
  const TrainedFile run = TrainOn(spec, data.view);
  EXPECT_GT(run.outcome.metrics.values.at("val_r2"), 0.8);
  EXPECT_LT(run.outcome.metrics.values.at("val_loss"), 0.2);

  auto predictor = Predictor::Create(spec, data.view.shape, *ParseSafetensors(run.file));
  ASSERT_TRUE(predictor.ok()) << predictor.status();
  EXPECT_TRUE((*predictor)->takes_missing());
  std::vector<float> answers(200);
  ASSERT_TRUE((*predictor)->Predict(data.features, answers).ok());
  double error = 0;
  const auto held_out = ChooseHeldOut(data.view, spec.validation_split, spec.validation_rows);
  for (int64_t i = 0; i < held_out.size(); ++i) {
    const int64_t row = held_out.In(i);
    error += std::abs(answers[row] - data.targets[row]) / static_cast<double>(held_out.size());
  }
  EXPECT_NEAR(run.outcome.metrics.values.at("val_mae"), error, 1e-3 * error);
}

// What is held out, and what another dataset holds, teaches nothing.
TEST(PreprocessingTest, IsFittedToTrainingRowsAlone) {
  const TrainingSpec spec = Regression();
  const Mixed data(200);
  const std::string file = TrainOn(spec, data.view).file;
  Mixed other(200);
  const RowSet held_out = ChooseHeldOut(other.view, spec.validation_split, spec.validation_rows);
  for (int64_t i = 0; i < held_out.size(); ++i) {
    other.features[held_out.In(i) * 2] = 1e6;
    other.targets[held_out.In(i)] = -1e6;
  }
  EXPECT_EQ(TrainOn(spec, other.view).file, file);
  other.features[held_out.NotIn(0) * 2] = 1e6;
  EXPECT_NE(TrainOn(spec, other.view).file, file);

  TrainingSpec whole = spec;
  whole.validation_split = 0;
  EXPECT_EQ(TrainOn(whole, data.view, &other.view).file, TrainOn(whole, data.view).file);
}

TEST(PreprocessingTest, CategoriesAreEmbedded) {
  const Mixed data(200, 40);
  const TrainingSpec spec = Regression();
  const TrainedFile run = TrainOn(spec, data.view);
  auto tensors = *ParseSafetensors(run.file);
  const auto table = std::ranges::find(tensors, "preprocessing.weight_2", &NamedTensor::name);
  ASSERT_NE(table, tensors.end());
  EXPECT_EQ(table->shape, (std::vector<int64_t>{41, 20}));
  auto predictor = Predictor::Create(spec, data.view.shape, tensors);
  ASSERT_TRUE(predictor.ok()) << predictor.status();
  const std::vector<float> rows = {7, 3, 7, -1, kMissing, kMissing};
  std::vector<float> answers(3);
  EXPECT_TRUE((*predictor)->Predict(rows, answers).ok());
}

TEST(PreprocessingTest, WidthsAreThoseAfterIt) {
  const Mixed narrow(200, 3), wide(200, 3000);
  TrainingSpec spec = Regression();
  spec.preprocessing.categorical.encoding = CategoryEncoding::kOneHot;
  EXPECT_GT(*EstimateTrainingBytes(spec, wide.view.shape),
            *EstimateTrainingBytes(spec, narrow.view.shape) + 2997 * 16 * 16);
  spec.batch_size = 200;
  spec.validation_split = 0;
  EXPECT_NEAR(ProductsPerLayer(spec, wide.view.shape) / ProductsPerLayer(spec, narrow.view.shape),
              (3002 * 16 + 16) / 96.0, 1e-6);
  DatasetShape huge = wide.view.shape;
  huge.columns[1].categories = 65'536;
  spec.model.layers[0].kind = DenseSpec{.units = 65'536};
  bool found = false;
  for (const Fault& fault : ValidateFor(spec, huge)) found = found || fault.field == "model.layers";
  EXPECT_TRUE(found);
}

TEST(PreprocessingTest, StandardizedTargetsWantALossOfDifferences) {
  TrainingSpec spec = Regression();
  EXPECT_TRUE(Validate(spec).empty());
  spec.loss = PoissonSpec{};
  ASSERT_EQ(Validate(spec).size(), 1u);
  EXPECT_EQ(Validate(spec)[0].field, "preprocessing.standardize_targets");
}

}  // namespace
}  // namespace traind::engine
