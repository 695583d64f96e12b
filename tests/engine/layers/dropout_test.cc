#include "engine/layers/dropout.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "engine/core/threads.h"
#include "tests/engine/layers/gradient_check.h"

namespace traind::engine {
namespace {

struct Draw {
  double rate = 0.5;
  int64_t rows = 3;
  int64_t width = 5'000;
  uint32_t index = 2;
  StepClock clock = {.seed = 7, .step = 11};
  int threads = 1;
};

// The outputs for inputs of 1.
std::vector<float> Outputs(const Draw& draw) {
  const ScopedThreads threads(draw.threads);
  LoneLayer lone(Dropout({.rate = draw.rate}, {.index = draw.index, .inputs = draw.width}), draw.rows,
                 /*training=*/true);
  lone.clock = draw.clock;
  lone.input.assign(lone.input.size(), 1);
  EXPECT_TRUE(lone.compiled->Forward().ok());
  return lone.output;
}

TEST(DropoutTest, GradientsAreThoseOfItsFunction) {
  for (const double rate : {0.1, 0.5, 0.9}) {
    for (const auto& [rows, width] : {std::pair<int64_t, int64_t>{1, 1}, {3, 5}, {7, 33}, {1, 10'000}}) {
      SCOPED_TRACE(testing::Message() << rate << " " << rows << "x" << width);
      LoneLayer lone(Dropout({.rate = rate}, {.inputs = width}), rows, /*training=*/true);
      ASSERT_TRUE(lone.compiled->Forward().ok());
      ASSERT_TRUE(lone.compiled->Backward().ok());
      std::vector<bool> kept;
      for (const float output : lone.output) kept.push_back(output != 0);
      ExpectFunction(lone, [&](const Doubles& x, const std::vector<Doubles>&) {
        Doubles y(x.size());
        for (std::size_t i = 0; i < x.size(); ++i) y[i] = kept[i] ? x[i] / (1 - rate) : 0;
        return y;
      });
    }
  }
}

TEST(DropoutTest, LeavesOutItsShareAndKeepsTheMean) {
  for (const double rate : {0.01, 0.1, 0.5, 0.75, 0.99}) {
    const std::vector<float> outputs = Outputs({.rate = rate, .rows = 100, .width = 10'000});
    const auto size = static_cast<double>(outputs.size());
    double left_out = 0, sum = 0;
    for (const float output : outputs) {
      left_out += output == 0 ? 1 : 0;
      sum += output;
      if (output != 0) {
        ASSERT_NEAR(output, 1 / (1 - rate), 2e-3 * output);
      }
    }
    // Five deviations of a binomial share.
    const double tolerance = 5 * std::sqrt(rate * (1 - rate) / size);
    EXPECT_NEAR(left_out / size, rate, tolerance + 1e-5);
    EXPECT_NEAR(sum / size, 1, tolerance / (1 - rate));
  }
}

TEST(DropoutTest, EveryRowAndColumnIsDrawnOnItsOwn) {
  const int64_t rows = 1000, width = 64;
  const std::vector<float> outputs = Outputs({.rows = rows, .width = width});
  for (int64_t c = 0; c < width; ++c) {
    double kept = 0, with_next_row = 0, with_next_column = 0;
    for (int64_t r = 0; r + 1 < rows; ++r) {
      const float here = outputs[r * width + c];
      kept += here != 0 ? 1 : 0;
      with_next_row += here != 0 && outputs[(r + 1) * width + c] != 0 ? 1 : 0;
      with_next_column += here != 0 && outputs[r * width + (c + 1) % width] != 0 ? 1 : 0;
    }
    EXPECT_NEAR(kept / rows, 0.5, 0.08) << "column " << c;
    EXPECT_NEAR(with_next_row / rows, 0.25, 0.07) << "column " << c;
    EXPECT_NEAR(with_next_column / rows, 0.25, 0.07) << "column " << c;
  }
}

TEST(DropoutTest, TheSameStepOfTheSameLayerLeavesOutTheSame) {
  const std::vector<float> outputs = Outputs({});
  EXPECT_EQ(Outputs({}), outputs);
  EXPECT_EQ(Outputs({.threads = 3}), outputs);
  EXPECT_NE(Outputs({.index = 3}), outputs);
  EXPECT_NE(Outputs({.clock = {.seed = 8, .step = 11}}), outputs);
  EXPECT_NE(Outputs({.clock = {.seed = 7, .step = 12}}), outputs);
}

TEST(DropoutTest, IsTheSameWithManyThreads) {
  EXPECT_EQ(Outputs({.rows = 100, .threads = 4}), Outputs({.rows = 100, .threads = 1}));
}

TEST(DropoutTest, ARowsDrawsDoNotDependOnTheNumberOfRows) {
  std::vector<float> more = Outputs({.rows = 5});
  more.resize(3 * 5'000);
  EXPECT_EQ(Outputs({.rows = 3}), more);
}

TEST(DropoutTest, MovesOnWithTheClock) {
  LoneLayer lone(Dropout({.rate = 0.5}, {.inputs = 100}), 1, /*training=*/true);
  ASSERT_TRUE(lone.compiled->Forward().ok());
  const std::vector<float> first = lone.output;
  ++lone.clock.step;
  ASSERT_TRUE(lone.compiled->Forward().ok());
  EXPECT_NE(lone.output, first);
  --lone.clock.step;
  ASSERT_TRUE(lone.compiled->Forward().ok());
  EXPECT_EQ(lone.output, first);
}

TEST(DropoutTest, NearlyOneStillKeepsSome) {
  for (const float output : Outputs({.rate = 1 - 1e-9})) ASSERT_TRUE(std::isfinite(output));
}

TEST(DropoutTest, PassesEverythingThroughInInference) {
  const Dropout layer({.rate = 0.5}, {.inputs = 9});
  EXPECT_TRUE(layer.passes_through({.rows = 4, .training = false}));
  EXPECT_FALSE(layer.passes_through({.rows = 4, .training = true}));
  LoneLayer lone(layer, 4, /*training=*/false);
  ASSERT_TRUE(lone.compiled->Forward().ok());
  EXPECT_EQ(lone.output, lone.input);
}

TEST(DropoutTest, ARateOfZeroNeedsNoLayer) {
  const auto layer = DropoutSpec{.rate = 0}.Make({.inputs = 3});
  ASSERT_TRUE(layer.ok());
  EXPECT_EQ(*layer, nullptr);
}

TEST(DropoutTest, CanBeTheFirstLayer) {
  LoneLayer lone(Dropout({.rate = 0.5}, {.inputs = 9}), 4, /*training=*/true, /*first=*/true);
  EXPECT_TRUE(lone.compiled->Forward().ok());
  EXPECT_TRUE(lone.compiled->Backward().ok());
  EXPECT_TRUE(std::isnan(lone.input_gradient[0]));
}

}  // namespace
}  // namespace traind::engine
