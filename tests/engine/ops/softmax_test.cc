#include "engine/ops/softmax.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tests/engine/random_values.h"

namespace traind::engine {
namespace {

TEST(SoftmaxTest, EqualsItsFormula) {
  for (const int64_t columns : {1, 2, 10, 33, 1000}) {
    const int64_t rows = 3;
    const auto src = RandomValues(rows * columns, 1, -5, 5);
    std::vector<float> dst(rows * columns);
    const OpContext context;
    const auto op = CreateSoftmax(context, rows, columns, src.data(), dst.data());
    ASSERT_TRUE(op.ok()) << op.status();
    ASSERT_TRUE(op->Run().ok());
    for (int64_t r = 0; r < rows; ++r) {
      double sum = 0;
      for (int64_t c = 0; c < columns; ++c) sum += std::exp(double{src[r * columns + c]});
      for (int64_t c = 0; c < columns; ++c) {
        EXPECT_NEAR(dst[r * columns + c], std::exp(double{src[r * columns + c]}) / sum, 1e-6);
      }
    }
  }
}

TEST(SoftmaxTest, IsFiniteForLargeLogits) {
  std::vector<float> values = {1e4f, -1e4f, 0};
  const OpContext context;
  const auto op = CreateSoftmax(context, 1, 3, values.data(), values.data());
  ASSERT_TRUE(op.ok()) << op.status();
  ASSERT_TRUE(op->Run().ok());
  EXPECT_EQ(values, (std::vector<float>{1, 0, 0}));
}

}  // namespace
}  // namespace traind::engine
