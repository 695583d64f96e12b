#include "engine/layers/initializer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/core/random.h"

namespace traind::engine {
namespace {

std::vector<float> Draw(InitializerKind kind) {
  Random random(1, RandomUse::kInitialWeights, 0);
  std::vector<float> values(100'000);
  Initialize({.kind = kind}, {.rows = 250, .columns = 400, .fan_in = 30, .fan_out = 50}, random, values);
  return values;
}

double Variance(const std::vector<float>& values) {
  double squares = 0;
  for (const float value : values) squares += double{value} * value;
  return squares / static_cast<double>(values.size());
}

double Largest(const std::vector<float>& values) {
  return std::ranges::max(values, {}, [](float value) { return std::abs(value); });
}

TEST(InitializerTest, HasTheVarianceAndBoundsOfItsPaper) {
  EXPECT_NEAR(Variance(Draw(InitializerKind::kGlorotUniform)), 2.0 / 80, 5e-4);
  EXPECT_NEAR(std::abs(Largest(Draw(InitializerKind::kGlorotUniform))), std::sqrt(6.0 / 80), 1e-3);
  EXPECT_LE(std::abs(Largest(Draw(InitializerKind::kGlorotUniform))), std::sqrt(6.0 / 80) + 1e-7);
  EXPECT_NEAR(Variance(Draw(InitializerKind::kGlorotNormal)), 2.0 / 80, 5e-4);
  EXPECT_LE(std::abs(Largest(Draw(InitializerKind::kGlorotNormal))), 2 * std::sqrt(2.0 / 80) / 0.8796);
  EXPECT_NEAR(Variance(Draw(InitializerKind::kHeUniform)), 2.0 / 30, 1e-3);
  EXPECT_LE(std::abs(Largest(Draw(InitializerKind::kHeUniform))), std::sqrt(6.0 / 30) + 1e-7);
  EXPECT_NEAR(Variance(Draw(InitializerKind::kHeNormal)), 2.0 / 30, 1e-3);
}

TEST(InitializerTest, FillsConstants) {
  EXPECT_TRUE(std::ranges::all_of(Draw(InitializerKind::kZeros), [](float value) { return value == 0; }));
  EXPECT_TRUE(std::ranges::all_of(Draw(InitializerKind::kOnes), [](float value) { return value == 1; }));
}

}  // namespace
}  // namespace traind::engine
