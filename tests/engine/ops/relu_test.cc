#include "engine/ops/relu.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/engine/random_values.h"

namespace traind::engine {
namespace {

TEST(ReluOpTest, CutsBelowZeroAndLetsTheGradientThroughAboveIt) {
  for (const int64_t size : {1, 5, 16, 33, 1000}) {
    auto src = RandomValues(size, 1);
    src[0] = 0;
    const auto diff_dst = RandomValues(size, 2);
    std::vector<float> dst(size), diff_src(size);
    const OpContext context;
    auto op = ReluOp::Create(
        context, size,
        {.src = src.data(), .dst = dst.data(), .diff_dst = diff_dst.data(), .diff_src = diff_src.data()});
    ASSERT_TRUE(op.ok()) << op.status();
    ASSERT_TRUE(op->Forward().ok());
    ASSERT_TRUE(op->Backward().ok());
    for (int64_t i = 0; i < size; ++i) {
      EXPECT_EQ(dst[i], std::max(0.0f, src[i]));
      EXPECT_EQ(diff_src[i], src[i] > 0 ? diff_dst[i] : 0.0f);
    }
  }
}

TEST(ReluOpTest, WorksInPlace) {
  std::vector<float> values = {-1, 2, -3, 4};
  const OpContext context;
  auto op = ReluOp::Create(context, 4, {.src = values.data(), .dst = values.data()});
  ASSERT_TRUE(op.ok()) << op.status();
  ASSERT_TRUE(op->Forward().ok());
  EXPECT_EQ(values, (std::vector<float>{0, 2, 0, 4}));
  EXPECT_EQ(op->implementations().size(), 1u);
}

}  // namespace
}  // namespace traind::engine
