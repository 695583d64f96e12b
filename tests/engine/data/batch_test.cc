#include "engine/data/batch.h"

#include <gtest/gtest.h>

#include <vector>

namespace traind::engine {
namespace {

TEST(BatchTest, GathersRowsAndClassesInTheOrderGiven) {
  const std::vector<float> features = {0, 1, 10, 11, 20, 21};
  const std::vector<int32_t> classes = {5, 6, 7};
  const DatasetView dataset = {
      .shape = {.rows = 3, .features = 2, .classes = 8}, .features = features.data(), .classes = classes.data()};
  Batch batch(2, dataset.shape);
  batch.Gather(dataset, std::vector<int64_t>{2, 0});
  EXPECT_EQ(std::vector<float>(batch.features(), batch.features() + 4), (std::vector<float>{20, 21, 0, 1}));
  EXPECT_EQ(batch.labels().classes[0], 7);
  EXPECT_EQ(batch.labels().classes[1], 5);
  EXPECT_EQ(batch.labels().targets, nullptr);
  batch.Gather(dataset, std::vector<int64_t>{1});
  EXPECT_EQ(batch.features()[0], 10);
  EXPECT_EQ(batch.labels().classes[0], 6);
}

TEST(BatchTest, GathersTargets) {
  const std::vector<float> features = {1, 2};
  const std::vector<float> targets = {0.5f, 0.25f};
  const DatasetView dataset = {
      .shape = {.rows = 2, .features = 1}, .features = features.data(), .targets = targets.data()};
  Batch batch(1, dataset.shape);
  batch.Gather(dataset, std::vector<int64_t>{1});
  EXPECT_EQ(batch.labels().targets[0], 0.25f);
  EXPECT_EQ(batch.labels().classes, nullptr);
}

}  // namespace
}  // namespace traind::engine
