#include "engine/layers/stack.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "engine/layers/layer_spec.h"
#include "tests/engine/layers/compiled_layer.h"

namespace traind::engine {
namespace {

LayerSpec Of(LayerKind kind) { return {.name = "layer", .kind = std::move(kind)}; }

Stack Make(const std::vector<LayerSpec>& layers, int64_t inputs) {
  auto stack = Stack::Make(layers, {.inputs = inputs, .rows = 4});
  EXPECT_TRUE(stack.ok()) << stack.status();
  return *std::move(stack);
}

TEST(StackTest, LayersThatPassEverythingThroughCostNothing) {
  const LayerSpec dropout = Of(DropoutSpec{.rate = 0.5}), noise = Of(GaussianNoiseSpec{.stddev = 1});
  const LayerSpec relu = Of(ActivationSpec{}), tanh = Of(ActivationSpec{.function = ActivationFunction::kTanh});
  const Stack with = Make({dropout, relu, noise, dropout, tanh, dropout}, 6);
  const Stack without = Make({relu, tanh}, 6);
  const LayerUse inference = {.rows = 4}, training = {.rows = 4, .training = true};
  EXPECT_EQ(with.workspace(inference), without.workspace(inference));
  EXPECT_GT(with.workspace(training), without.workspace(training));
  LoneLayer lone_with(with, 4, /*training=*/false), lone_without(without, 4, /*training=*/false);
  ASSERT_TRUE(lone_with.compiled->Forward().ok());
  ASSERT_TRUE(lone_without.compiled->Forward().ok());
  EXPECT_EQ(lone_with.output, lone_without.output);
  EXPECT_EQ(lone_with.compiled->implementations(), lone_without.compiled->implementations());
}

TEST(StackTest, CopiesWhereNoLayerHasAnythingToDo) {
  for (const auto& layers : {std::vector{Of(DropoutSpec{.rate = 0.5}), Of(GaussianNoiseSpec{.stddev = 1})},
                             std::vector{Of(DropoutSpec{})}}) {
    LoneLayer lone(Make(layers, 6), 4, /*training=*/false);
    ASSERT_TRUE(lone.compiled->Forward().ok());
    EXPECT_EQ(lone.output, lone.input);
  }
  LoneLayer lone(Make({Of(DropoutSpec{})}, 6), 4, /*training=*/true);
  ASSERT_TRUE(lone.compiled->Forward().ok());
  ASSERT_TRUE(lone.compiled->Backward().ok());
  EXPECT_EQ(lone.output, lone.input);
  EXPECT_EQ(lone.input_gradient, lone.output_gradient);
}

TEST(StackTest, EachLayerDrawsItsOwnRandomNumbers) {
  LoneLayer lone(Make({Of(DropoutSpec{.rate = 0.5}), Of(DropoutSpec{.rate = 0.5})}, 1'000), 1, /*training=*/true);
  lone.input.assign(1'000, 1);
  ASSERT_TRUE(lone.compiled->Forward().ok());
  EXPECT_NEAR(std::ranges::count(lone.output, 0.0f), 750, 80);
}

}  // namespace
}  // namespace traind::engine
