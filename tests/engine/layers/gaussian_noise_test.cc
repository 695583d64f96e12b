#include "engine/layers/gaussian_noise.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "engine/core/threads.h"
#include "engine/layers/step_random.h"
#include "tests/engine/layers/gradient_check.h"

namespace traind::engine {
namespace {

struct Draw {
  double stddev = 1;
  int64_t rows = 3;
  int64_t width = 5'000;
  uint32_t index = 2;
  StepClock clock = {.seed = 7, .step = 11};
  int threads = 1;
};

// The outputs for inputs of 0.
std::vector<float> Outputs(const Draw& draw) {
  const ScopedThreads threads(draw.threads);
  LoneLayer lone(GaussianNoise({.stddev = draw.stddev}, {.index = draw.index, .inputs = draw.width}), draw.rows,
                 /*training=*/true);
  lone.clock = draw.clock;
  lone.input.assign(lone.input.size(), 0);
  EXPECT_TRUE(lone.compiled->Forward().ok());
  return lone.output;
}

TEST(GaussianNoiseTest, EqualsBoxAndMullersFormula) {
  const Draw draw;
  const std::vector<float> outputs = Outputs(draw);
  RandomChunk bits;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (i % 1024 == 0)
      DrawChunk(draw.clock, RandomUse::kGaussianNoise, draw.index, static_cast<int64_t>(i / 1024), bits);
    const double u = ((bits[i % 512] >> 1) + 0.5) * 0x1p-31;
    const double angle = 2 * std::numbers::pi * bits[512 + i % 512] * 0x1p-32;
    const double radius = std::sqrt(-2 * std::log(u));
    ASSERT_NEAR(outputs[i], radius * (i % 1024 < 512 ? std::cos(angle) : std::sin(angle)), 4e-6) << "value " << i;
  }
}

TEST(GaussianNoiseTest, IsNormal) {
  const double stddev = 3;
  std::vector<float> outputs = Outputs({.stddev = stddev, .rows = 100, .width = 10'000});
  const auto size = static_cast<double>(outputs.size());
  std::array<double, 5> moments = {};
  for (const float output : outputs) {
    for (int power = 1; power <= 4; ++power) moments[power] += std::pow(output / stddev, power) / size;
  }
  EXPECT_NEAR(moments[1], 0, 0.005);
  EXPECT_NEAR(moments[2], 1, 0.007);
  EXPECT_NEAR(moments[3], 0, 0.02);
  EXPECT_NEAR(moments[4], 3, 0.05);
  // Kolmogorov and Smirnov's distance, whose 1e-6 quantile is 2.7 / sqrt(size).
  std::ranges::sort(outputs);
  double distance = 0;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const double below = std::erfc(-outputs[i] / stddev / std::numbers::sqrt2) / 2;
    distance = std::max(distance, std::abs(below - static_cast<double>(i) / size));
  }
  EXPECT_LT(distance, 2.7 / std::sqrt(size));
}

TEST(GaussianNoiseTest, GradientsAreThoseOfItsFunction) {
  for (const auto& [rows, width] : {std::pair<int64_t, int64_t>{1, 1}, {3, 5}, {7, 33}, {1, 10'000}}) {
    SCOPED_TRACE(testing::Message() << rows << "x" << width);
    LoneLayer lone(GaussianNoise({.stddev = 0.5}, {.inputs = width}), rows, /*training=*/true);
    ASSERT_TRUE(lone.compiled->Forward().ok());
    ASSERT_TRUE(lone.compiled->Backward().ok());
    Doubles noise;
    for (std::size_t i = 0; i < lone.input.size(); ++i) noise.push_back(double{lone.output[i]} - lone.input[i]);
    ExpectFunction(lone, [&](const Doubles& x, const std::vector<Doubles>&) {
      Doubles y = x;
      for (std::size_t i = 0; i < y.size(); ++i) y[i] += noise[i];
      return y;
    });
  }
}

TEST(GaussianNoiseTest, TheSameStepOfTheSameLayerAddsTheSame) {
  const std::vector<float> outputs = Outputs({});
  EXPECT_EQ(Outputs({}), outputs);
  EXPECT_EQ(Outputs({.rows = 100, .threads = 4}), Outputs({.rows = 100, .threads = 1}));
  EXPECT_NE(Outputs({.index = 3}), outputs);
  EXPECT_NE(Outputs({.clock = {.seed = 8, .step = 11}}), outputs);
  EXPECT_NE(Outputs({.clock = {.seed = 7, .step = 12}}), outputs);
}

TEST(GaussianNoiseTest, PassesEverythingThroughInInference) {
  const GaussianNoise layer({.stddev = 1}, {.inputs = 9});
  EXPECT_TRUE(layer.passes_through({.rows = 4, .training = false}));
  EXPECT_FALSE(layer.passes_through({.rows = 4, .training = true}));
  LoneLayer lone(layer, 4, /*training=*/false);
  ASSERT_TRUE(lone.compiled->Forward().ok());
  EXPECT_EQ(lone.output, lone.input);
}

TEST(GaussianNoiseTest, ADeviationOfZeroNeedsNoLayer) {
  const auto layer = GaussianNoiseSpec{.stddev = 0}.Make({.inputs = 3});
  ASSERT_TRUE(layer.ok());
  EXPECT_EQ(*layer, nullptr);
}

}  // namespace
}  // namespace traind::engine
