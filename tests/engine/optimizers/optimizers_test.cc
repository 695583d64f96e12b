// Every optimizer: against golden values, for any size, and on weights that have no gradient.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "engine/optimizers/optimizer_spec.h"
#include "tests/engine/optimizers/golden.h"
#include "tests/engine/optimizers/step.h"
#include "tests/engine/random_values.h"

namespace traind::engine {
namespace {

constexpr double kRate = 0.05;
constexpr double kEpsilon = 0.01;

// The cases of tests/golden/make_optimizers.py.
std::map<std::string, OptimizerKind> Cases() {
  return {
      {"sgd", SgdSpec{}},
      {"sgd_momentum", SgdSpec{.momentum = 0.9}},
      {"sgd_nesterov", SgdSpec{.momentum = 0.9, .nesterov = true}},
      {"adam", AdamSpec{.epsilon = kEpsilon}},
      {"adam_betas", AdamSpec{.beta_1 = 0.5, .beta_2 = 0.7, .epsilon = kEpsilon}},
      {"adam_amsgrad", AdamSpec{.beta_2 = 0.7, .epsilon = kEpsilon, .amsgrad = true}},
      {"adamw", AdamWSpec{.epsilon = kEpsilon}},
      {"nadam", NadamSpec{.epsilon = kEpsilon}},
      {"rmsprop", RmspropSpec{.epsilon = kEpsilon}},
      {"rmsprop_momentum", RmspropSpec{.momentum = 0.8, .epsilon = kEpsilon}},
      {"rmsprop_centered", RmspropSpec{.epsilon = kEpsilon, .centered = true}},
      {"rmsprop_centered_momentum", RmspropSpec{.momentum = 0.8, .epsilon = kEpsilon, .centered = true}},
      {"adagrad", AdagradSpec{.epsilon = kEpsilon}},
      {"lion", LionSpec{}},
  };
}

std::unique_ptr<Optimizer> Make(const OptimizerKind& kind, int64_t size) {
  return std::visit([&](const auto& spec) { return spec.Make(size); }, kind);
}

// As in make_optimizers.py, repeated for every fifth weight.
std::vector<float> Start(int64_t size) {
  std::vector<float> weights(size);
  for (int64_t i = 0; i < size; ++i) weights[i] = static_cast<float>((i % 5 * 7) % 5) - 1.5f;
  return weights;
}

std::vector<float> Gradients(const std::vector<float>& weights, int64_t step) {
  std::vector<float> gradients(weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const auto place = static_cast<int64_t>(i % 5);
    const float noise = (static_cast<float>((step * 37 + place * 11) % 16) - 7.5f) / 8;
    gradients[i] = 0.25f * static_cast<float>(place + 1) * weights[i] + noise;
  }
  return gradients;
}

TEST(OptimizersTest, TakeTheStepsOfTheGoldenValuesForAnySize) {
  const Golden golden = ReadGolden("optimizers.txt");
  ASSERT_EQ(golden.size(), Cases().size());
  for (const auto& [name, kind] : Cases()) {
    const auto& expected = golden.at(name);
    ASSERT_EQ(expected.size(), 20u) << name;
    for (const int64_t size : {1, 15, 17, 1000, 100'000}) {
      const auto optimizer = Make(kind, size);
      std::vector<float> weights = Start(size);
      const double decay = std::visit([](const auto& spec) { return spec.kWeightDecay; }, kind);
      for (std::size_t step = 0; step < expected.size(); ++step) {
        const std::vector<float> gradients = Gradients(weights, static_cast<int64_t>(step) + 1);
        for (float& weight : weights) weight -= static_cast<float>(kRate * decay) * weight;
        Step(*optimizer, kRate, weights, gradients);
        for (int64_t i = 0; i < size; ++i) {
          ASSERT_NEAR(weights[i], expected[step][i % 5], 5e-6) << name << ", step " << step + 1 << ", weight " << i;
        }
      }
    }
  }
}

TEST(OptimizersTest, LeaveWeightsWithoutGradientAlone) {
  for (const auto& [name, kind] : Cases()) {
    const auto optimizer = Make(kind, 20);
    std::vector<float> weights(20);
    weights[3] = 5;
    const std::vector<float> before = weights;
    for (int step = 0; step < 3; ++step) Step(*optimizer, 0.01, weights, std::vector<float>(20));
    EXPECT_EQ(weights, before) << name;
  }
}

TEST(OptimizersTest, LeaveWeightsWithoutGradientAloneWithTheLeastEpsilonToo) {
  const std::vector<OptimizerKind> kinds = {AdamSpec{.epsilon = kMinEpsilon}, NadamSpec{.epsilon = kMinEpsilon},
                                            RmspropSpec{.epsilon = kMinEpsilon},
                                            AdagradSpec{.initial_accumulator_value = 0, .epsilon = kMinEpsilon}};
  for (const OptimizerKind& kind : kinds) {
    const auto optimizer = Make(kind, 20);
    std::vector<float> weights(20);
    Step(*optimizer, 1000, weights, std::vector<float>(20));
    EXPECT_EQ(weights, std::vector<float>(20)) << kind.index();
  }
}

TEST(OptimizersTest, MoveByTheLearningRateOfTheStep) {
  for (const auto& [name, kind] : Cases()) {
    const auto optimizer = Make(kind, 1);
    std::vector<float> weight = {1};
    Step(*optimizer, 0, weight, std::vector<float>{2});
    EXPECT_EQ(weight[0], 1) << name;
    Step(*optimizer, 0.1, weight, std::vector<float>{2});
    EXPECT_LT(weight[0], 1) << name;
  }
}

// Coming down to gradients that never change, rounding leaves some squared means above their mean squares.
TEST(OptimizersTest, CenteredRmspropStaysFiniteOnGradientsThatNoLongerChange) {
  constexpr int64_t kSize = 1000;
  const auto optimizer = RmspropSpec{.epsilon = kMinEpsilon, .centered = true}.Make(kSize);
  std::vector<float> weights(kSize);
  Step(*optimizer, 1e-3, weights, std::vector<float>(kSize, 20'000));
  const auto gradients = RandomValues(kSize, 1, 500, 1000);
  for (int step = 0; step < 500; ++step) Step(*optimizer, 1e-3, weights, gradients);
  for (const float weight : weights) ASSERT_TRUE(std::isfinite(weight));
}

// By hand: m = 0.1 * 2 = 0.2, v = 0.001 * 4 = 0.004; correction = sqrt(0.001) / 0.1; the move is
// 0.01 * 0.316228 * 0.2 / (0.0632456 + 0.05) = 0.00558488. With the same gradient again: m = 0.38, v = 0.007996,
// correction = sqrt(0.001999) / 0.19 = 0.235318, move = 0.01 * 0.235318 * 0.38 / (0.0894203 + 0.05) = 0.00641384.
TEST(OptimizersTest, AdamMovesAsComputedByHand) {
  const auto adam = AdamSpec{.epsilon = 0.05}.Make(1);
  std::vector<float> weight = {1};
  const std::vector<float> gradient = {2};
  Step(*adam, 0.01, weight, gradient);
  EXPECT_NEAR(weight[0], 1 - 0.00558488, 1e-7);
  Step(*adam, 0.01, weight, gradient);
  EXPECT_NEAR(weight[0], 1 - 0.00558488 - 0.00641384, 2e-7);
}

// By hand: velocity -1, then 0.5 * -1 - 1 = -1.5, then 0.5 * -1.5 - 0 = -0.75.
TEST(OptimizersTest, SgdMovesAsComputedByHand) {
  const auto sgd = SgdSpec{.momentum = 0.5}.Make(1);
  std::vector<float> weight = {10};
  for (const auto& [gradient, expected] : {std::pair(2.0f, 9.0f), std::pair(2.0f, 7.5f), std::pair(0.0f, 6.75f)}) {
    Step(*sgd, 0.5, weight, std::vector<float>{gradient});
    EXPECT_EQ(weight[0], expected);
  }
}

}  // namespace
}  // namespace traind::engine
