#include "engine/layers/batch_normalization.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "tests/engine/layers/gradient_check.h"

namespace traind::engine {
namespace {

TEST(BatchNormalizationTest, GradientsAreThoseOfItsPaper) {
  for (const auto& [rows, width] : {std::pair<int64_t, int64_t>{2, 1}, {5, 3}, {8, 16}, {7, 33}, {3, 10'000}}) {
    for (const int options : {0, 1, 2, 3, 4, 5, 6, 7}) {
      if (width > 100 && options != 7) continue;
      const bool center = options & 1, scale = options & 2, relu = options & 4;
      SCOPED_TRACE(testing::Message() << rows << "x" << width << " options " << options);
      const BatchNormalization layer({.epsilon = 0.01, .center = center, .scale = scale},
                                     {.name = "batch_normalization_1", .inputs = width, .before_relu = relu});
      const int64_t channels = width;
      CheckGradients(layer, rows, [=](const Doubles& x, const std::vector<Doubles>& w) {
        const auto n = static_cast<int64_t>(x.size()) / channels;
        Doubles y(x.size());
        for (int64_t c = 0; c < channels; ++c) {
          double mean = 0, variance = 0;
          for (int64_t r = 0; r < n; ++r) mean += x[r * channels + c] / static_cast<double>(n);
          for (int64_t r = 0; r < n; ++r) {
            variance += std::pow(x[r * channels + c] - mean, 2) / static_cast<double>(n);
          }
          const double gamma = scale ? w[0][c] : 1;
          const double beta = center ? w[scale ? 1 : 0][c] : 0;
          for (int64_t r = 0; r < n; ++r) {
            const double value = gamma * (x[r * channels + c] - mean) / std::sqrt(variance + 0.01) + beta;
            y[r * channels + c] = relu ? std::max(value, 0.0) : value;
          }
        }
        return y;
      });
    }
  }
}

TEST(BatchNormalizationTest, MovesItsStatisticsAsKerasDoes) {
  const int64_t rows = 4, width = 3;
  const BatchNormalization layer({.momentum = 0.9}, {.name = "bn", .inputs = width});
  LoneLayer lone(layer, rows, /*training=*/true);
  ASSERT_TRUE(lone.compiled->Forward().ok());
  ASSERT_TRUE(lone.compiled->Forward().ok());
  std::vector<float> moving_mean(width), moving_variance(width);
  ASSERT_TRUE(lone.weights.Read(2, moving_mean).ok());
  ASSERT_TRUE(lone.weights.Read(3, moving_variance).ok());
  for (int64_t c = 0; c < width; ++c) {
    double mean = 0, variance = 0;
    for (int64_t r = 0; r < rows; ++r) mean += lone.input[r * width + c] / 4.0;
    for (int64_t r = 0; r < rows; ++r) variance += std::pow(lone.input[r * width + c] - mean, 2) / 4.0;
    double expected_mean = lone.values[2][c], expected_variance = lone.values[3][c];
    for (int pass = 0; pass < 2; ++pass) {
      expected_mean = 0.9 * expected_mean + 0.1 * mean;
      expected_variance = 0.9 * expected_variance + 0.1 * variance;
    }
    EXPECT_NEAR(moving_mean[c], expected_mean, 1e-6);
    EXPECT_NEAR(moving_variance[c], expected_variance, 1e-6);
  }
}

TEST(BatchNormalizationTest, InfersWithTheMovingStatisticsAndLeavesThem) {
  const BatchNormalization layer({}, {.name = "bn", .inputs = 3});
  LoneLayer lone(layer, 2, /*training=*/false);
  ASSERT_TRUE(lone.compiled->Forward().ok());
  for (std::size_t i = 0; i < lone.input.size(); ++i) {
    const std::size_t c = i % 3;
    EXPECT_NEAR(lone.output[i],
                lone.values[0][c] * (lone.input[i] - lone.values[2][c]) / std::sqrt(lone.values[3][c] + 1e-3) +
                    lone.values[1][c],
                1e-5);
  }
  std::vector<float> moving_mean(3);
  ASSERT_TRUE(lone.weights.Read(2, moving_mean).ok());
  EXPECT_EQ(moving_mean, lone.values[2]);
  EXPECT_FALSE(lone.compiled->Backward().ok());
}

TEST(BatchNormalizationTest, BeginsAsTheIdentity) {
  const BatchNormalization layer({}, {.name = "bn", .inputs = 3});
  const auto weights = layer.weights();
  ASSERT_EQ(weights.size(), 4u);
  EXPECT_EQ(weights[0].name, "bn.weight");
  EXPECT_EQ(weights[0].initializer.kind, InitializerKind::kOnes);
  EXPECT_EQ(weights[1].name, "bn.bias");
  EXPECT_EQ(weights[1].initializer.kind, InitializerKind::kZeros);
  EXPECT_EQ(weights[2].name, "bn.running_mean");
  EXPECT_EQ(weights[2].initializer.kind, InitializerKind::kZeros);
  EXPECT_EQ(weights[3].name, "bn.running_var");
  EXPECT_EQ(weights[3].initializer.kind, InitializerKind::kOnes);
  EXPECT_EQ(BatchNormalization({.center = false, .scale = false}, {.name = "bn", .inputs = 3}).weights().size(), 2u);
}

}  // namespace
}  // namespace traind::engine
