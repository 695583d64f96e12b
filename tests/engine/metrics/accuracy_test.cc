#include "engine/metrics/accuracy.h"

#include <gtest/gtest.h>

#include <vector>

namespace traind::engine {
namespace {

TEST(AccuracyTest, CountsRowsNotBatches) {
  Accuracy accuracy;
  EXPECT_EQ(accuracy.Value(), 0);
  const std::vector<float> outputs = {1, 2, 0, 5, 4, 3, 0, 1, 2};
  const std::vector<int32_t> classes = {1, 0, 1};
  accuracy.Add(3, 3, outputs.data(), {.classes = classes.data()});  // right, right, wrong
  const std::vector<int32_t> wrong = {0};
  accuracy.Add(1, 3, outputs.data(), {.classes = wrong.data()});
  EXPECT_DOUBLE_EQ(accuracy.Value(), 0.5);
  accuracy.Reset();
  EXPECT_EQ(accuracy.Value(), 0);
}

TEST(AccuracyTest, TheFirstOfEqualsIsTheAnswer) {
  Accuracy accuracy;
  const std::vector<float> outputs = {1, 1};
  const std::vector<int32_t> classes = {0};
  accuracy.Add(1, 2, outputs.data(), {.classes = classes.data()});
  EXPECT_EQ(accuracy.Value(), 1);
}

}  // namespace
}  // namespace traind::engine
