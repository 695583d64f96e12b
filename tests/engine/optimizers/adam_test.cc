#include "engine/optimizers/adam.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tests/engine/optimizers/step.h"
#include "tests/engine/random_values.h"

namespace traind::engine {
namespace {

// By hand: m = 0.1 * 2 = 0.2, v = 0.001 * 4 = 0.004; correction = sqrt(0.001) / 0.1; the move is
// 0.01 * 0.316228 * 0.2 / (0.0632456 + 0.05) = 0.00558488. With the same gradient again: m = 0.38, v = 0.007996,
// correction = sqrt(0.001999) / 0.19 = 0.235318, move = 0.01 * 0.235318 * 0.38 / (0.0894203 + 0.05) = 0.00641384.
TEST(AdamTest, MovesAsComputedByHand) {
  Adam adam({.learning_rate = 0.01, .beta_1 = 0.9, .beta_2 = 0.999, .epsilon = 0.05}, 1);
  std::vector<float> weight = {1};
  const std::vector<float> gradient = {2};
  Step(adam, 0.01, weight, gradient);
  EXPECT_NEAR(weight[0], 1 - 0.00558488, 1e-7);
  Step(adam, 0.01, weight, gradient);
  EXPECT_NEAR(weight[0], 1 - 0.00558488 - 0.00641384, 2e-7);
}

TEST(AdamTest, EqualsItsFormulaInDoublePrecisionForAnySize) {
  for (const int64_t size : {1, 15, 17, 1000, 300'000}) {
    Adam adam({.learning_rate = 0.01}, size);
    auto weights = RandomValues(size, 1);
    std::vector<double> expected(weights.begin(), weights.end()), m(size), v(size);
    for (uint32_t step = 1; step <= 3; ++step) {
      const auto gradients = RandomValues(size, 10 + step);
      Step(adam, 0.01, weights, gradients);
      for (int64_t i = 0; i < size; ++i) {
        m[i] = 0.9 * m[i] + 0.1 * gradients[i];
        v[i] = 0.999 * v[i] + 0.001 * gradients[i] * gradients[i];
        expected[i] -=
            0.01 * std::sqrt(1 - std::pow(0.999, step)) / (1 - std::pow(0.9, step)) * m[i] / (std::sqrt(v[i]) + 1e-7);
      }
    }
    for (int64_t i = 0; i < size; ++i) ASSERT_NEAR(weights[i], expected[i], 1e-5);
  }
}

TEST(AdamTest, LeavesWeightsWithoutGradientAlone) {
  Adam adam({}, 20);
  std::vector<float> weights(20);
  weights[3] = 5;
  const std::vector<float> before = weights;
  for (int step = 0; step < 3; ++step) Step(adam, 0.01, weights, std::vector<float>(20));
  EXPECT_EQ(weights, before);
}

}  // namespace
}  // namespace traind::engine
