#include "engine/ops/reorder.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "engine/ops/inner_product.h"
#include "tests/engine/random_values.h"

namespace traind::engine {
namespace {

TEST(ReorderTest, ThereAndBackIsTheSameAndPaddingIsZero) {
  for (const auto& [outputs, inputs] : {std::pair<int64_t, int64_t>{10, 64}, {128, 64}, {1, 1}, {3, 1000}, {65, 33}}) {
    const Layout plain = Layout::RowMajor({outputs, inputs});
    const auto fast = FastestInnerProductWeights(32, inputs, outputs);
    ASSERT_TRUE(fast.ok()) << fast.status();
    const auto values = RandomValues(outputs * inputs, 1);
    std::vector<float> there(fast->floats(), 9.0f);
    std::vector<float> back(outputs * inputs);
    ASSERT_TRUE(Reorder(plain, values.data(), *fast, there.data()).ok());
    ASSERT_TRUE(Reorder(*fast, there.data(), plain, back.data()).ok());
    EXPECT_EQ(back, values);
    EXPECT_NEAR(std::accumulate(there.begin(), there.end(), 0.0), std::accumulate(values.begin(), values.end(), 0.0),
                1e-3);
  }
}

}  // namespace
}  // namespace traind::engine
