#include "engine/optimizers/sgd.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/engine/optimizers/step.h"

namespace traind::engine {
namespace {

TEST(SgdTest, DescendsAlongTheGradient) {
  Sgd sgd({}, 2);
  std::vector<float> weights = {1, -1};
  Step(sgd, 0.5, weights, std::vector<float>{2, 0.5f});
  EXPECT_EQ(weights, (std::vector<float>{0, -1.25f}));
  Step(sgd, 0.5, weights, std::vector<float>{2, 0.5f});
  EXPECT_EQ(weights, (std::vector<float>{-1, -1.5f}));
}

// By hand: velocity -1, then 0.5 * -1 - 1 = -1.5, then 0.5 * -1.5 - 0 = -0.75.
TEST(SgdTest, KeepsItsMomentum) {
  Sgd sgd({.momentum = 0.5}, 1);
  std::vector<float> weight = {10};
  Step(sgd, 0.5, weight, std::vector<float>{2});
  EXPECT_EQ(weight[0], 9);
  Step(sgd, 0.5, weight, std::vector<float>{2});
  EXPECT_EQ(weight[0], 7.5f);
  Step(sgd, 0.5, weight, std::vector<float>{0});
  EXPECT_EQ(weight[0], 6.75f);
}

}  // namespace
}  // namespace traind::engine
