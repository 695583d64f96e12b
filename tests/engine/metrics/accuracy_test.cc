#include "engine/metrics/accuracy.h"

#include <gtest/gtest.h>

#include <vector>

namespace traind::engine {
namespace {

double Value(const Accuracy& accuracy) {
  MetricReport report;
  accuracy.Report("val_", report);
  return report.values.at("val_accuracy");
}

TEST(AccuracyTest, CountsRowsNotBatches) {
  Accuracy accuracy({.width = 3});
  const std::vector<float> outputs = {1, 2, 0, 5, 4, 3, 0, 1, 2};
  const std::vector<int32_t> classes = {1, 0, 1};
  accuracy.Add(3, outputs.data(), {.classes = classes.data()});  // right, right, wrong
  const std::vector<int32_t> wrong = {0};
  accuracy.Add(1, outputs.data(), {.classes = wrong.data()});
  EXPECT_DOUBLE_EQ(Value(accuracy), 0.5);
  accuracy.Reset();
  accuracy.Add(1, outputs.data(), {.classes = classes.data()});
  EXPECT_EQ(Value(accuracy), 1);
}

TEST(AccuracyTest, TheFirstOfEqualsIsTheAnswer) {
  Accuracy accuracy({.width = 2});
  const std::vector<float> outputs = {1, 1};
  const std::vector<int32_t> classes = {0};
  accuracy.Add(1, outputs.data(), {.classes = classes.data()});
  EXPECT_EQ(Value(accuracy), 1);
}

TEST(AccuracyTest, ASinglePredictionSpeaksForClassOne) {
  Accuracy accuracy({.width = 1, .threshold = 0.5f});
  const std::vector<float> outputs = {0.4f, 0.5f, 0.6f, 0.7f};
  const std::vector<int32_t> classes = {0, 0, 1, 0};
  accuracy.Add(4, outputs.data(), {.classes = classes.data()});
  EXPECT_EQ(Value(accuracy), 0.75);
}

}  // namespace
}  // namespace traind::engine
