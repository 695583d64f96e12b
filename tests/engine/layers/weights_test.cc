#include "engine/layers/weights.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

#include "engine/ops/inner_product.h"
#include "tests/engine/random_values.h"

namespace traind::engine {
namespace {

std::vector<WeightDefinition> ThreeWeights() {
  return {{.name = "a", .shape = {10, 64}, .layout = *FastestInnerProductWeights(32, 64, 10)},
          {.name = "b", .shape = {3}, .layout = Layout::RowMajor({3}), .trainable = false},
          {.name = "c", .shape = {5}, .layout = Layout::RowMajor({5})}};
}

TEST(WeightsTest, TrainableOnesAndTheirGradientsLieAlikeInOneArrayEach) {
  const Weights weights(ThreeWeights(), /*with_gradients=*/true);
  const auto views = weights.views();
  EXPECT_EQ(weights.trainable().size(), weights.gradients().size());
  EXPECT_EQ(views[0].value, weights.trainable().data());
  EXPECT_EQ(views[1].value, weights.state().data());
  EXPECT_EQ(views[1].gradient, nullptr);
  EXPECT_EQ(views[2].value - views[0].value, views[2].gradient - views[0].gradient);
  for (const WeightView& view : views) EXPECT_EQ(reinterpret_cast<uintptr_t>(view.value) % 64, 0u);
}

TEST(WeightsTest, ReadsWhatWasWritten) {
  Weights weights(ThreeWeights(), /*with_gradients=*/false);
  EXPECT_TRUE(weights.gradients().empty());
  for (std::size_t i = 0; i < 3; ++i) {
    const auto values = RandomValues(weights.definitions()[i].size(), static_cast<uint32_t>(i));
    ASSERT_TRUE(weights.Write(i, values).ok());
    std::vector<float> back(values.size());
    ASSERT_TRUE(weights.Read(i, back).ok());
    EXPECT_EQ(back, values);
  }
}

TEST(WeightsTest, HandsOutEachInItsPlaceAndLeavesNoGradient) {
  for (const bool with_gradients : {true, false}) {
    Weights weights(ThreeWeights(), with_gradients);
    ASSERT_TRUE(weights.Initialize(1).ok());
    EXPECT_TRUE(std::ranges::all_of(weights.gradients(), [](float value) { return value == 0; }));
    std::vector<std::vector<float>> values;
    for (const WeightDefinition& definition : weights.definitions()) {
      values.push_back(RandomValues(definition.size(), static_cast<uint32_t>(values.size())));
      ASSERT_TRUE(weights.Write(values.size() - 1, values.back()).ok());
    }
    std::size_t next = 0;
    const absl::Status status = weights.ReadEach([&](std::span<const float> read) {
      EXPECT_TRUE(std::ranges::equal(read, values[next]));
      return ++next < 2 ? absl::OkStatus() : absl::ResourceExhaustedError("full");
    });
    EXPECT_EQ(status, absl::ResourceExhaustedError("full"));
    EXPECT_EQ(next, 2u);
    EXPECT_TRUE(std::ranges::all_of(weights.gradients(), [](float value) { return value == 0; }));
  }
}

TEST(WeightsTest, DrawingStopsWhenAsked) {
  Weights weights(ThreeWeights(), /*with_gradients=*/false);
  std::stop_source source;
  EXPECT_TRUE(weights.Initialize(1, source.get_token()).ok());
  source.request_stop();
  EXPECT_EQ(weights.Initialize(1, source.get_token()).code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace traind::engine
