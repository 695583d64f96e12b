#include "engine/ops/inner_product.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/ops/onednn.h"
#include "engine/ops/reorder.h"
#include "tests/engine/random_values.h"

namespace traind::engine {
namespace {

struct Shape {
  int64_t rows, inputs, outputs;
};

class InnerProductTest : public testing::TestWithParam<Shape> {};

// All three passes, with weights in oneDNN's order, beside sums in double precision.
TEST_P(InnerProductTest, EqualsPlainSums) {
  const auto [rows, inputs, outputs] = GetParam();
  const auto src = RandomValues(rows * inputs, 1);
  const auto weights = RandomValues(outputs * inputs, 2);
  const auto bias = RandomValues(outputs, 3);
  const auto diff_dst = RandomValues(rows * outputs, 4);
  const Layout plain = Layout::RowMajor({outputs, inputs});
  const auto layout = FastestInnerProductWeights(rows, inputs, outputs);
  ASSERT_TRUE(layout.ok()) << layout.status();
  std::vector<float> ordered(layout->floats());
  ASSERT_TRUE(Reorder(plain, weights.data(), *layout, ordered.data()).ok());

  std::vector<float> dst(rows * outputs), diff_src(rows * inputs), diff_ordered(layout->floats(), 7.0f),
      diff_bias(outputs);
  const OpContext context;
  auto op = InnerProduct::Create(context, {.rows = rows, .inputs = inputs, .outputs = outputs, .weights = *layout},
                                 {.src = src.data(),
                                  .weights = ordered.data(),
                                  .bias = bias.data(),
                                  .dst = dst.data(),
                                  .diff_dst = diff_dst.data(),
                                  .diff_src = diff_src.data(),
                                  .diff_weights = diff_ordered.data(),
                                  .diff_bias = diff_bias.data()});
  ASSERT_TRUE(op.ok()) << op.status();
  EXPECT_EQ(op->implementations().size(), 3u);
  for (int run = 0; run < 2; ++run) {  // a second run replaces, and does not add to, the first one's results
    ASSERT_TRUE(op->Forward().ok());
    ASSERT_TRUE(op->BackwardWeights().ok());
    ASSERT_TRUE(op->BackwardData().ok());
  }
  std::vector<float> diff_weights(outputs * inputs);
  ASSERT_TRUE(Reorder(*layout, diff_ordered.data(), plain, diff_weights.data()).ok());

  const double tolerance = 1e-5 * static_cast<double>(std::max({rows, inputs, outputs}));
  for (int64_t o = 0; o < outputs; ++o) {
    double bias_sum = 0;
    for (int64_t n = 0; n < rows; ++n) {
      double sum = bias[o];
      for (int64_t i = 0; i < inputs; ++i) sum += double{src[n * inputs + i]} * weights[o * inputs + i];
      ASSERT_NEAR(dst[n * outputs + o], sum, tolerance);
      bias_sum += diff_dst[n * outputs + o];
    }
    ASSERT_NEAR(diff_bias[o], bias_sum, tolerance);
    for (int64_t i = 0; i < inputs; ++i) {
      double sum = 0;
      for (int64_t n = 0; n < rows; ++n) sum += double{src[n * inputs + i]} * diff_dst[n * outputs + o];
      ASSERT_NEAR(diff_weights[o * inputs + i], sum, tolerance);
    }
  }
  for (int64_t n = 0; n < rows; ++n) {
    for (int64_t i = 0; i < inputs; ++i) {
      double sum = 0;
      for (int64_t o = 0; o < outputs; ++o) sum += double{diff_dst[n * outputs + o]} * weights[o * inputs + i];
      ASSERT_NEAR(diff_src[n * inputs + i], sum, tolerance);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, InnerProductTest,
                         testing::Values(Shape{1, 1, 1}, Shape{2, 3, 5}, Shape{7, 64, 10}, Shape{32, 64, 128},
                                         Shape{33, 65, 17}, Shape{256, 100, 3}, Shape{3, 1000, 129}, Shape{1, 7, 200}));

float ToBfloat16(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  return std::bit_cast<float>((bits + 0x7fff + ((bits >> 16) & 1)) & 0xffff0000u);
}

// Of numbers that bfloat16 holds exactly, products are exact: what remains is rounded as float32 is.
TEST_P(InnerProductTest, RoundsOnlyWhatItMultipliesToBfloat16) {
  if (!CpuHasBfloat16()) GTEST_SKIP() << "no bfloat16 here";
  const auto [rows, inputs, outputs] = GetParam();
  const auto src = RandomValues(rows * inputs, 1);
  const auto weights = RandomValues(outputs * inputs, 2);
  const auto bias = RandomValues(outputs, 3);
  const auto diff_dst = RandomValues(rows * outputs, 4);
  const auto layout = FastestInnerProductWeights(rows, inputs, outputs);
  ASSERT_TRUE(layout.ok()) << layout.status();

  // Once with bfloat16, without room for copies and with it; once of the rounded numbers with float32.
  constexpr int64_t kBlock = 64;  // outputs, in the widest order of weights
  struct Results {
    std::vector<float> dst, diff_src, diff_weights, diff_bias;
  };
  const auto compute = [&](bool bfloat16, bool round, std::span<float> copies) {
    const auto given = [&](std::vector<float> values) {
      if (round) std::ranges::transform(values, values.begin(), ToBfloat16);
      return values;
    };
    const auto its_src = given(src), its_diff_dst = given(diff_dst);
    std::vector<float> ordered(layout->floats());
    EXPECT_TRUE(Reorder(Layout::RowMajor({outputs, inputs}), given(weights).data(), *layout, ordered.data()).ok());
    Results results = {std::vector<float>(rows * outputs), std::vector<float>(rows * inputs),
                       std::vector<float>(layout->floats()), std::vector<float>(outputs)};
    const OpContext context;
    auto op = InnerProduct::Create(
        context, {.rows = rows, .inputs = inputs, .outputs = outputs, .weights = *layout, .bfloat16 = bfloat16},
        {.src = its_src.data(),
         .weights = ordered.data(),
         .bias = bias.data(),
         .dst = results.dst.data(),
         .diff_dst = its_diff_dst.data(),
         .diff_src = results.diff_src.data(),
         .diff_weights = results.diff_weights.data(),
         .diff_bias = results.diff_bias.data(),
         .copies = copies});
    EXPECT_TRUE(op.ok()) << op.status();
    for (const std::string& implementation : op->implementations()) {
      EXPECT_EQ(implementation.find("ref"), std::string::npos) << implementation;
      if (onednn::kRoundsUnfilledBlocksSlowly && outputs > kBlock && outputs % kBlock != 0) continue;
      EXPECT_EQ(implementation.find("simple"), std::string::npos) << implementation;
    }
    EXPECT_TRUE(op->Forward().ok() && op->BackwardWeights().ok() && op->BackwardData().ok());
    return results;
  };
  const Results expected = compute(false, true, {});
  AlignedBuffer copies(InnerProductCopies(rows, inputs, outputs, true));
  for (const std::span<float> room : {std::span<float>(), copies.span()}) {
    const Results results = compute(true, false, room);
    const auto tolerance = 1e-6f * static_cast<float>(std::max({rows, inputs, outputs}));
    EXPECT_THAT(results.dst, testing::Pointwise(testing::FloatNear(tolerance), expected.dst));
    EXPECT_THAT(results.diff_src, testing::Pointwise(testing::FloatNear(tolerance), expected.diff_src));
    EXPECT_THAT(results.diff_weights, testing::Pointwise(testing::FloatNear(tolerance), expected.diff_weights));
    EXPECT_THAT(results.diff_bias, testing::Pointwise(testing::FloatNear(tolerance), expected.diff_bias));
  }
  EXPECT_TRUE(std::ranges::any_of(copies.span(), [](float value) { return value != 0; })) << "the room was not used";
}

TEST(InnerProductTest, WorksInTheOrderChosenForAnotherNumberOfRows) {
  const int64_t inputs = 64, outputs = 10;
  const auto layout = FastestInnerProductWeights(256, inputs, outputs);
  ASSERT_TRUE(layout.ok());
  const std::vector<float> ones(outputs * inputs, 1.0f);
  std::vector<float> weights(layout->floats());
  ASSERT_TRUE(Reorder(Layout::RowMajor({outputs, inputs}), ones.data(), *layout, weights.data()).ok());
  for (const int64_t rows : {1, 2, 5, 30, 500}) {
    const std::vector<float> src(rows * inputs, 0.5f);
    std::vector<float> dst(rows * outputs);
    const OpContext context;
    auto op = InnerProduct::Create(context, {.rows = rows, .inputs = inputs, .outputs = outputs, .weights = *layout},
                                   {.src = src.data(), .weights = weights.data(), .dst = dst.data()});
    ASSERT_TRUE(op.ok()) << op.status();
    ASSERT_TRUE(op->Forward().ok());
    for (const float value : dst) ASSERT_FLOAT_EQ(value, 32.0f);
  }
}

}  // namespace
}  // namespace traind::engine
