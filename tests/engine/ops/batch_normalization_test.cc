#include "engine/ops/batch_normalization.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <tuple>
#include <vector>

#include "tests/engine/random_values.h"

namespace traind::engine {
namespace {

constexpr double kEpsilon = 1e-3;

// rows, channels, relu, scale and shift
using Case = std::tuple<int64_t, int64_t, bool, bool>;

class BatchNormalizationOpTest : public testing::TestWithParam<Case> {};

// Both passes beside Ioffe and Szegedy's formulas in double precision.
TEST_P(BatchNormalizationOpTest, EqualsThePaper) {
  const auto [rows, channels, relu, affine] = GetParam();
  const auto src = RandomValues(rows * channels, 1, -2, 3);
  const auto scale = RandomValues(channels, 2, 0.5f, 2);
  const auto shift = RandomValues(channels, 3);
  const auto diff_dst = RandomValues(rows * channels, 4);
  std::vector<float> mean(channels), variance(channels), dst(rows * channels), diff_src(rows * channels),
      diff_scale(channels), diff_shift(channels);
  const OpContext context;
  auto op = BatchNormalizationOp::Create(
      context, {.rows = rows, .channels = channels, .epsilon = static_cast<float>(kEpsilon), .relu = relu},
      {.src = src.data(),
       .scale = affine ? scale.data() : nullptr,
       .shift = affine ? shift.data() : nullptr,
       .mean = mean.data(),
       .variance = variance.data(),
       .dst = dst.data(),
       .diff_dst = diff_dst.data(),
       .diff_src = diff_src.data(),
       .diff_scale = affine ? diff_scale.data() : nullptr,
       .diff_shift = affine ? diff_shift.data() : nullptr});
  ASSERT_TRUE(op.ok()) << op.status();
  ASSERT_TRUE(op->Forward().ok());
  ASSERT_TRUE(op->Backward().ok());

  const double n = static_cast<double>(rows);
  for (int64_t c = 0; c < channels; ++c) {
    const double gamma = affine ? scale[c] : 1.0;
    const double beta = affine ? shift[c] : 0.0;
    double sum = 0, squares = 0;
    for (int64_t r = 0; r < rows; ++r) sum += src[r * channels + c];
    const double average = sum / n;
    for (int64_t r = 0; r < rows; ++r) squares += std::pow(src[r * channels + c] - average, 2);
    const double deviation = std::sqrt(squares / n + kEpsilon);
    ASSERT_NEAR(mean[c], average, 1e-4);
    ASSERT_NEAR(variance[c], squares / n, 1e-4);

    double gamma_gradient = 0, beta_gradient = 0;
    std::vector<double> normalized(rows), gradient(rows);
    for (int64_t r = 0; r < rows; ++r) {
      normalized[r] = (src[r * channels + c] - average) / deviation;
      const double output = gamma * normalized[r] + beta;
      ASSERT_NEAR(dst[r * channels + c], relu ? std::max(output, 0.0) : output, 1e-4);
      gradient[r] = relu && dst[r * channels + c] <= 0 ? 0.0 : diff_dst[r * channels + c];
      gamma_gradient += gradient[r] * normalized[r];
      beta_gradient += gradient[r];
    }
    if (affine) {
      ASSERT_NEAR(diff_scale[c], gamma_gradient, 1e-3);
      ASSERT_NEAR(diff_shift[c], beta_gradient, 1e-3);
    }
    for (int64_t r = 0; r < rows; ++r) {
      const double expected =
          gamma / deviation * (gradient[r] - beta_gradient / n - normalized[r] * gamma_gradient / n);
      ASSERT_NEAR(diff_src[r * channels + c], expected, 1e-3);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, BatchNormalizationOpTest,
                         testing::Combine(testing::Values(2, 3, 32, 77), testing::Values(1, 3, 16, 64, 130),
                                          testing::Bool(), testing::Bool()));

TEST(BatchNormalizationOpTest, InferenceReadsTheStatisticsItIsGiven) {
  const int64_t rows = 5, channels = 3;
  const auto src = RandomValues(rows * channels, 1);
  std::vector<float> mean = {0.5f, -1.0f, 0.0f}, variance = {4.0f, 1.0f, 0.25f}, dst(rows * channels);
  const OpContext context;
  auto op = BatchNormalizationOp::Create(
      context, {.rows = rows, .channels = channels, .epsilon = 1e-3f, .relu = true},
      {.src = src.data(), .mean = mean.data(), .variance = variance.data(), .dst = dst.data()});
  ASSERT_TRUE(op.ok()) << op.status();
  ASSERT_TRUE(op->Forward().ok());
  for (int64_t i = 0; i < rows * channels; ++i) {
    const int64_t c = i % channels;
    EXPECT_NEAR(dst[i], std::max(0.0f, (src[i] - mean[c]) / std::sqrt(variance[c] + 1e-3f)), 1e-5);
  }
  EXPECT_EQ(variance, (std::vector<float>{4.0f, 1.0f, 0.25f}));
}

}  // namespace
}  // namespace traind::engine
