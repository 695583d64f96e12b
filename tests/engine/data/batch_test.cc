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
  const Preprocessor plain = *Preprocessor::Make({.width = dataset.shape.features}, 1, {});
  Batch batch(2, dataset.shape, plain, /*has_weights=*/false, {});
  batch.Gather(dataset, std::vector<int64_t>{2, 0}, true);
  EXPECT_EQ(std::vector<float>(batch.features(), batch.features() + 4), (std::vector<float>{20, 21, 0, 1}));
  EXPECT_EQ(batch.labels().classes[0], 7);
  EXPECT_EQ(batch.labels().classes[1], 5);
  EXPECT_EQ(batch.labels().targets, nullptr);
  batch.Gather(dataset, std::vector<int64_t>{1}, true);
  EXPECT_EQ(batch.features()[0], 10);
  EXPECT_EQ(batch.labels().classes[0], 6);
}

TEST(BatchTest, GathersTargets) {
  const std::vector<float> features = {1, 2};
  const std::vector<float> targets = {0.5f, 0.25f};
  const DatasetView dataset = {
      .shape = {.rows = 2, .features = 1}, .features = features.data(), .targets = targets.data()};
  const Preprocessor plain = *Preprocessor::Make({.width = dataset.shape.features}, 1, {});
  Batch batch(1, dataset.shape, plain, /*has_weights=*/false, {});
  batch.Gather(dataset, std::vector<int64_t>{1}, true);
  EXPECT_EQ(batch.labels().targets[0], 0.25f);
  EXPECT_EQ(batch.labels().weights, nullptr);
  EXPECT_EQ(batch.labels().classes, nullptr);
}

TEST(BatchTest, GathersEveryTargetOfARow) {
  const std::vector<float> features = {1, 2};
  const std::vector<float> targets = {1, 2, 3, 4, 5, 6};
  const DatasetView dataset = {
      .shape = {.rows = 2, .features = 1, .targets = 3}, .features = features.data(), .targets = targets.data()};
  const Preprocessor plain = *Preprocessor::Make({.width = dataset.shape.features}, 1, {});
  Batch batch(2, dataset.shape, plain, /*has_weights=*/false, {});
  batch.Gather(dataset, std::vector<int64_t>{1, 0}, true);
  EXPECT_EQ(std::vector<float>(batch.labels().targets, batch.labels().targets + 6),
            (std::vector<float>{4, 5, 6, 1, 2, 3}));
}

template <typename Number>
void ExpectGathered() {
  // Wider than any vector of the processor, and a rest.
  constexpr int64_t kWidth = 67;
  std::vector<Number> features;
  for (int i = 0; i < 3 * kWidth; ++i) features.push_back(static_cast<Number>(i % 256));
  const std::vector<Number> targets = {7, 8, 9};
  const DatasetView dataset = {
      .shape = {.rows = 3, .features = kWidth}, .features = features.data(), .targets = targets.data()};
  const Preprocessor plain = *Preprocessor::Make({.width = dataset.shape.features}, 1, {});
  Batch batch(2, dataset.shape, plain, /*has_weights=*/false, {});
  batch.Gather(dataset, std::vector<int64_t>{2, 0}, true);
  for (int i = 0; i < kWidth; ++i) {
    ASSERT_EQ(batch.features()[i], static_cast<float>((2 * kWidth + i) % 256)) << i;
    ASSERT_EQ(batch.features()[kWidth + i], static_cast<float>(i)) << i;
  }
  EXPECT_EQ(batch.labels().targets[0], 9);
  EXPECT_EQ(batch.labels().targets[1], 7);
}

TEST(BatchTest, GathersEveryTypeAsFloats) {
  ExpectGathered<float>();
  ExpectGathered<double>();
  ExpectGathered<int32_t>();
  ExpectGathered<int64_t>();
  ExpectGathered<uint8_t>();
}

TEST(BatchTest, NumbersAreSignedOrNotAsTheirTypeIs) {
  const int32_t negative = -5;
  const uint8_t large = 200;
  const int64_t wide = int64_t{1} << 40;
  const std::vector<int64_t> row = {0};
  float gathered = 0;
  Numbers(&negative).GatherFloats(row, 1, &gathered);
  EXPECT_EQ(gathered, -5);
  Numbers(&large).GatherFloats(row, 1, &gathered);
  EXPECT_EQ(gathered, 200);
  Numbers(&wide).GatherFloats(row, 1, &gathered);
  EXPECT_EQ(gathered, 0x1p40f);
  EXPECT_EQ(Numbers(&large).ClassOf(0), 200);
}

template <typename Class>
void ExpectClasses() {
  const std::vector<float> features = {1, 2};
  const std::vector<Class> classes = {100, 1};
  const DatasetView dataset = {
      .shape = {.rows = 2, .features = 1, .classes = 101}, .features = features.data(), .classes = classes.data()};
  const Preprocessor plain = *Preprocessor::Make({.width = dataset.shape.features}, 1, {});
  Batch batch(2, dataset.shape, plain, /*has_weights=*/false, {});
  batch.Gather(dataset, std::vector<int64_t>{1, 0}, true);
  EXPECT_EQ(batch.labels().classes[0], 1);
  EXPECT_EQ(batch.labels().classes[1], 100);
}

TEST(BatchTest, GathersClassesOfEveryType) {
  ExpectClasses<int32_t>();
  ExpectClasses<int64_t>();
  ExpectClasses<uint8_t>();
}

TEST(BatchTest, WeighsRowsByTheirOwnWeightAndTheirClass) {
  const std::vector<float> features = {1, 2};
  const std::vector<int32_t> classes = {0, 1};
  const std::vector<float> weights = {3, 4};
  const DatasetView dataset = {.shape = {.rows = 2, .features = 1, .classes = 2},
                               .features = features.data(),
                               .classes = classes.data(),
                               .weights = weights.data()};
  const Preprocessor plain = *Preprocessor::Make({.width = dataset.shape.features}, 1, {});
  Batch batch(2, dataset.shape, plain, /*has_weights=*/true, {1.0f, 0.5f});
  batch.Gather(dataset, std::vector<int64_t>{1, 0}, /*with_class_weights=*/true);
  EXPECT_EQ(batch.labels().weights[0], 2.0f);
  EXPECT_EQ(batch.labels().weights[1], 3.0f);
  batch.Gather(dataset, std::vector<int64_t>{1, 0}, /*with_class_weights=*/false);
  EXPECT_EQ(batch.labels().weights[0], 4.0f);
}

}  // namespace
}  // namespace traind::engine
