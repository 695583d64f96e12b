#include "engine/ops/layer_normalization.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/engine/random_values.h"

namespace traind::engine {
namespace {

TEST(LayerNormalizationOpTest, RunsFastCodeBothWays) {
  const int64_t rows = 32, width = 128;
  const auto src = RandomValues(rows * width, 1);
  std::vector<float> scale(width, 1), shift(width), mean(rows), variance(rows), dst(rows * width),
      diff_src(rows * width), diff_scale(width), diff_shift(width);
  const OpContext context;
  const auto op = LayerNormalizationOp::Create(context, {.rows = rows, .width = width, .epsilon = 1e-3f},
                                               {.src = src.data(),
                                                .scale = scale.data(),
                                                .shift = shift.data(),
                                                .mean = mean.data(),
                                                .variance = variance.data(),
                                                .dst = dst.data(),
                                                .diff_dst = src.data(),
                                                .diff_src = diff_src.data(),
                                                .diff_scale = diff_scale.data(),
                                                .diff_shift = diff_shift.data()});
  ASSERT_TRUE(op.ok()) << op.status();
  ASSERT_EQ(op->implementations().size(), 2u);
#ifdef __x86_64__
  for (const std::string& name : op->implementations()) EXPECT_EQ(name.find("ref"), std::string::npos) << name;
#endif
}

TEST(LayerNormalizationOpTest, MakesNoBackwardPassForInference) {
  const std::vector<float> src = {1, 3};
  std::vector<float> dst(2);
  const OpContext context;
  const auto op = LayerNormalizationOp::Create(context, {.rows = 1, .width = 2, .epsilon = 1e-12f},
                                               {.src = src.data(), .dst = dst.data()});
  ASSERT_TRUE(op.ok()) << op.status();
  EXPECT_EQ(op->implementations().size(), 1u);
  ASSERT_TRUE(op->Forward().ok());
  EXPECT_NEAR(dst[0], -1, 1e-6);
  EXPECT_NEAR(dst[1], 1, 1e-6);
}

}  // namespace
}  // namespace traind::engine
