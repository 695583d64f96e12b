#include "engine/losses/categorical_crossentropy.h"

#include <gtest/gtest.h>

#include <vector>

namespace traind::engine {
namespace {

TEST(CategoricalCrossentropyTest, IsExactForLargeLogits) {
  const std::vector<float> logits = {1e4f, -1e4f, -1e4f, 1e4f};
  const std::vector<int32_t> classes = {0, 0};
  std::vector<float> gradient(4);
  EXPECT_DOUBLE_EQ(CategoricalCrossentropy({}).Compute({.rows = 2,
                                                        .width = 2,
                                                        .outputs = logits.data(),
                                                        .labels = {.classes = classes.data()},
                                                        .gradient = gradient.data()}),
                   2e4);
  EXPECT_EQ(gradient, (std::vector<float>{0, 0, -0.5f, 0.5f}));
}

}  // namespace
}  // namespace traind::engine
