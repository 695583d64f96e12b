#include "engine/training/predictor.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tests/engine/random_values.h"

namespace traind::engine {
namespace {

ModelSpec SmallModel() {
  return {{{"", DenseSpec{.units = 2}}, {"", ActivationSpec{.function = ActivationFunction::kSoftmax}}}};
}

std::vector<NamedTensor> SmallWeights() {
  return {{"dense_1.weight", {2, 3}, {1, 2, 3, -1, 0, 1}}, {"dense_1.bias", {2}, {0.5f, 0}}};
}

TEST(PredictorTest, GivesProbabilitiesForAnyNumberOfRows) {
  auto predictor = Predictor::Create(SmallModel(), 3, SmallWeights());
  ASSERT_TRUE(predictor.ok()) << predictor.status();
  for (const int64_t count : {0, 1, 63, 64, 65, 200}) {
    const auto rows = RandomValues(count * 3, 1);
    std::vector<float> answers(count * 2);
    ASSERT_TRUE((*predictor)->Predict(rows, answers).ok());
    for (int64_t r = 0; r < count; ++r) {
      const float* x = rows.data() + r * 3;
      const double difference = (x[0] + 2 * x[1] + 3 * x[2] + 0.5) - (x[2] - x[0]);
      EXPECT_NEAR(answers[r * 2], 1 / (1 + std::exp(-difference)), 1e-5);
      EXPECT_NEAR(answers[r * 2] + answers[r * 2 + 1], 1, 1e-6);
    }
  }
}

TEST(PredictorTest, RefusesRowsOfAnotherWidth) {
  auto predictor = Predictor::Create(SmallModel(), 3, SmallWeights());
  ASSERT_TRUE(predictor.ok()) << predictor.status();
  std::vector<float> answers(2);
  EXPECT_EQ((*predictor)->Predict(std::vector<float>(4), answers).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ((*predictor)->Predict(std::vector<float>(6), answers).code(), absl::StatusCode::kInvalidArgument);
}

TEST(PredictorTest, RefusesModelsAndWeightsThatDoNotFit) {
  EXPECT_EQ(Predictor::Create({}, 3, {}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Predictor::Create(SmallModel(), 4, SmallWeights()).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Predictor::Create(SmallModel(), 0, SmallWeights()).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Predictor::Create(SmallModel(), int64_t{1} << 62, SmallWeights()).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace traind::engine
