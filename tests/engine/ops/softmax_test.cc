#include "engine/ops/softmax.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tests/engine/random_values.h"

namespace traind::engine {
namespace {

TEST(SoftmaxOpTest, EqualsItsFormula) {
  for (const int64_t columns : {1, 2, 10, 33, 1000}) {
    const int64_t rows = 3;
    const auto src = RandomValues(rows * columns, 1, -5, 5);
    const auto diff_dst = RandomValues(rows * columns, 2);
    std::vector<float> dst(rows * columns), diff_src(rows * columns);
    const OpContext context;
    const auto op = SoftmaxOp::Create(
        context, rows, columns,
        {.src = src.data(), .dst = dst.data(), .diff_dst = diff_dst.data(), .diff_src = diff_src.data()});
    ASSERT_TRUE(op.ok()) << op.status();
    ASSERT_TRUE(op->Forward().ok());
    ASSERT_TRUE(op->Backward().ok());
    for (int64_t r = 0; r < rows; ++r) {
      double sum = 0, weighted = 0;
      for (int64_t c = 0; c < columns; ++c) sum += std::exp(double{src[r * columns + c]});
      for (int64_t c = 0; c < columns; ++c) {
        weighted += diff_dst[r * columns + c] * std::exp(double{src[r * columns + c]}) / sum;
      }
      for (int64_t c = 0; c < columns; ++c) {
        const double value = std::exp(double{src[r * columns + c]}) / sum;
        EXPECT_NEAR(dst[r * columns + c], value, 1e-6);
        EXPECT_NEAR(diff_src[r * columns + c], value * (diff_dst[r * columns + c] - weighted), 1e-6);
      }
    }
  }
}

TEST(SoftmaxOpTest, IsFiniteForLargeLogits) {
  std::vector<float> values = {1e4f, -1e4f, 0};
  std::vector<float> gradients = {3, 2, 1};
  const OpContext context;
  const auto op = SoftmaxOp::Create(
      context, 1, 3,
      {.src = values.data(), .dst = values.data(), .diff_dst = gradients.data(), .diff_src = gradients.data()});
  ASSERT_TRUE(op.ok()) << op.status();
  ASSERT_TRUE(op->Forward().ok());
  EXPECT_EQ(values, (std::vector<float>{1, 0, 0}));
  ASSERT_TRUE(op->Backward().ok());
  EXPECT_EQ(gradients, (std::vector<float>{0, 0, 0}));
}

}  // namespace
}  // namespace traind::engine
