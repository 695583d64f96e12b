#include "engine/optimizers/sgd.h"

#include <gtest/gtest.h>

#include <vector>

namespace traind::engine {
namespace {

TEST(SgdTest, DescendsAlongTheGradient) {
  Sgd sgd(0.5, 0, 2);
  std::vector<float> weights = {1, -1};
  sgd.Update(weights, std::vector<float>{2, 0.5f});
  EXPECT_EQ(weights, (std::vector<float>{0, -1.25f}));
  sgd.Update(weights, std::vector<float>{2, 0.5f});
  EXPECT_EQ(weights, (std::vector<float>{-1, -1.5f}));
}

// By hand: velocity -1, then 0.5 * -1 - 1 = -1.5, then 0.5 * -1.5 - 0 = -0.75.
TEST(SgdTest, KeepsItsMomentum) {
  Sgd sgd(0.5, 0.5, 1);
  std::vector<float> weight = {10};
  sgd.Update(weight, std::vector<float>{2});
  EXPECT_EQ(weight[0], 9);
  sgd.Update(weight, std::vector<float>{2});
  EXPECT_EQ(weight[0], 7.5f);
  sgd.Update(weight, std::vector<float>{0});
  EXPECT_EQ(weight[0], 6.75f);
}

}  // namespace
}  // namespace traind::engine
