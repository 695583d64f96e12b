#include "engine/layers/layer_normalization.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>
#include <vector>

#include "tests/engine/layers/gradient_check.h"

namespace traind::engine {
namespace {

constexpr double kEpsilon = 0.01;

LayerFunction Paper(int64_t width, bool center, bool scale) {
  return [=](const Doubles& x, const std::vector<Doubles>& w) {
    Doubles y(x.size());
    for (std::size_t row = 0; row < x.size(); row += width) {
      double mean = 0, variance = 0;
      for (int64_t c = 0; c < width; ++c) mean += x[row + c] / static_cast<double>(width);
      for (int64_t c = 0; c < width; ++c) variance += std::pow(x[row + c] - mean, 2) / static_cast<double>(width);
      for (int64_t c = 0; c < width; ++c) {
        const double gamma = scale ? w[0][c] : 1;
        const double beta = center ? w[scale ? 1 : 0][c] : 0;
        y[row + c] = gamma * (x[row + c] - mean) / std::sqrt(variance + kEpsilon) + beta;
      }
    }
    return y;
  };
}

TEST(LayerNormalizationTest, GradientsAreThoseOfItsPaper) {
  for (const auto& [rows, width] :
       {std::pair<int64_t, int64_t>{1, 1}, {5, 1}, {1, 7}, {5, 3}, {8, 16}, {7, 33}, {2, 10'000}}) {
    for (const int options : {0, 1, 2, 3}) {
      const bool center = options & 1, scale = options & 2;
      SCOPED_TRACE(testing::Message() << rows << "x" << width << " options " << options);
      const LayerNormalization layer({.epsilon = kEpsilon, .center = center, .scale = scale},
                                     {.name = "layer_normalization_1", .inputs = width});
      CheckGradients(layer, rows, Paper(width, center, scale));
    }
  }
}

TEST(LayerNormalizationTest, NeedsNoInputGradientWhereNobodyWantsIt) {
  LoneLayer lone(LayerNormalization({.epsilon = kEpsilon}, {.name = "norm", .inputs = 5}), 3, /*training=*/true,
                 /*first=*/true);
  ASSERT_TRUE(lone.compiled->Forward().ok());
  ASSERT_TRUE(lone.compiled->Backward().ok());
  ExpectFunction(lone, Paper(5, true, true));
}

TEST(LayerNormalizationTest, InfersWhatItTrains) {
  const LayerNormalization layer({}, {.name = "norm", .inputs = 33});
  LoneLayer training(layer, 3, /*training=*/true), inference(layer, 3, /*training=*/false);
  ASSERT_TRUE(training.compiled->Forward().ok());
  ASSERT_TRUE(inference.compiled->Forward().ok());
  for (std::size_t i = 0; i < training.output.size(); ++i) {
    EXPECT_NEAR(training.output[i], inference.output[i], 1e-6);
  }
}

TEST(LayerNormalizationTest, IsFiniteFarFromZero) {
  LoneLayer lone(LayerNormalization({}, {.name = "norm", .inputs = 4}), 2, /*training=*/true);
  lone.input = {1e4f, -1e4f, 0, 1, 1e4f, 1e4f, 1e4f, 1e4f};
  ASSERT_TRUE(lone.compiled->Forward().ok());
  ASSERT_TRUE(lone.compiled->Backward().ok());
  for (int i = 0; i < 8; ++i) {
    EXPECT_TRUE(std::isfinite(lone.output[i]));
    EXPECT_TRUE(std::isfinite(lone.input_gradient[i]));
  }
  for (int i = 0; i < 4; ++i) EXPECT_NEAR(lone.output[4 + i], lone.values[1][i], 1e-3) << "a row of equal values";
}

TEST(LayerNormalizationTest, BeginsWithoutScaleAndShift) {
  const auto weights = LayerNormalization({}, {.name = "norm", .index = 4, .inputs = 3}).weights();
  ASSERT_EQ(weights.size(), 2u);
  EXPECT_EQ(weights[0].name, "norm.weight");
  EXPECT_EQ(weights[0].initializer.kind, InitializerKind::kOnes);
  EXPECT_EQ(weights[1].name, "norm.bias");
  EXPECT_EQ(weights[1].initializer.kind, InitializerKind::kZeros);
  EXPECT_EQ(weights[1].layer, 4u);
  EXPECT_EQ(LayerNormalizationSpec{}.Parameters(3), 6);
  EXPECT_EQ((LayerNormalizationSpec{.center = false}).Parameters(3), 3);
  EXPECT_FALSE(LayerNormalization({}, {.inputs = 3}).needs_two_rows());
}

}  // namespace
}  // namespace traind::engine
