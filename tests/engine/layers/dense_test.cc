#include "engine/layers/dense.h"

#include <gtest/gtest.h>

#include <tuple>
#include <vector>

#include "engine/ops/inner_product.h"
#include "tests/engine/layers/gradient_check.h"

namespace traind::engine {
namespace {

Doubles DenseFunction(int64_t inputs, int64_t units, const Doubles& input, const std::vector<Doubles>& weights) {
  const auto rows = static_cast<int64_t>(input.size()) / inputs;
  Doubles output(rows * units);
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t u = 0; u < units; ++u) {
      double sum = weights.size() > 1 ? weights[1][u] : 0;
      for (int64_t i = 0; i < inputs; ++i) sum += input[r * inputs + i] * weights[0][u * inputs + i];
      output[r * units + u] = sum;
    }
  }
  return output;
}

TEST(DenseTest, GradientsAreThoseOfItsFunction) {
  for (const auto& [rows, inputs, units] : {std::tuple<int64_t, int64_t, int64_t>{1, 1, 1},
                                            {3, 5, 7},
                                            {4, 17, 3},
                                            {2, 65, 66},
                                            {2, 10'000, 1},
                                            {2, 1, 10'000}}) {
    for (const bool use_bias : {true, false}) {
      SCOPED_TRACE(testing::Message() << rows << "x" << inputs << "x" << units << " bias " << use_bias);
      const auto layout = FastestInnerProductWeights(rows, inputs, units);
      ASSERT_TRUE(layout.ok());
      const Dense dense({.units = units, .use_bias = use_bias}, {.name = "dense_1", .inputs = inputs}, *layout);
      const int64_t in = inputs, out = units;
      CheckGradients(dense, rows, [in, out](const Doubles& x, const std::vector<Doubles>& w) {
        return DenseFunction(in, out, x, w);
      });
    }
  }
}

TEST(DenseTest, ABiasThatBatchNormalizationCancelsIsAddedButNotTrained) {
  const Dense dense({.units = 3}, {.name = "d", .inputs = 2, .before_batch_normalization = true},
                    Layout::RowMajor({3, 2}));
  EXPECT_TRUE(dense.weights()[0].trainable);
  EXPECT_FALSE(dense.weights()[1].trainable);
  LoneLayer lone(dense, 4, /*training=*/true);
  ASSERT_TRUE(lone.compiled->Forward().ok());
  EXPECT_NEAR(lone.output[0], lone.values[1][0] + lone.input[0] * lone.values[0][0] + lone.input[1] * lone.values[0][1],
              1e-5);
  EXPECT_EQ(lone.weights.views()[1].gradient, nullptr);
}

TEST(DenseTest, NeedsNoInputGradientWhereNobodyWantsIt) {
  const Dense dense({.units = 3}, {.name = "d", .inputs = 2}, Layout::RowMajor({3, 2}));
  LoneLayer lone(dense, 4, /*training=*/true, /*first=*/true);
  ASSERT_TRUE(lone.compiled->Forward().ok());
  ASSERT_TRUE(lone.compiled->Backward().ok());
  EXPECT_EQ(lone.compiled->implementations().size(), 2u);
  ExpectFunction(lone, [](const Doubles& x, const std::vector<Doubles>& w) { return DenseFunction(2, 3, x, w); });
}

}  // namespace
}  // namespace traind::engine
