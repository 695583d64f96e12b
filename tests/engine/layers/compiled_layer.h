// A layer on its own, with all the memory it needs.
#ifndef TRAIND_TESTS_ENGINE_LAYERS_COMPILED_LAYER_H_
#define TRAIND_TESTS_ENGINE_LAYERS_COMPILED_LAYER_H_

#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "engine/layers/layer.h"
#include "engine/layers/weights.h"
#include "tests/engine/random_values.h"

namespace traind::engine {

// Compiled for `rows` rows; weights are random around 1 for vectors (so that no gamma is near 0), around 0 for
// matrices. What the layer should write before it reads it is NaN at first.
struct LoneLayer {
  LoneLayer(const Layer& layer, int64_t rows, bool training, bool first = false)
      : wants_input_gradient(training && !first),
        weights(layer.weights(), true),
        workspace(layer.workspace(use(rows, training)), kUnwritten),
        input(RandomValues(rows * layer.inputs(), 50, -2, 2)),
        output(rows * layer.outputs(), kUnwritten),
        output_gradient(RandomValues(rows * layer.outputs(), 51)),
        input_gradient(rows * layer.inputs(), kUnwritten) {
    for (std::size_t i = 0; i < weights.definitions().size(); ++i) {
      const WeightDefinition& definition = weights.definitions()[i];
      const bool matrix = definition.shape.size() == 2;
      values.push_back(
          RandomValues(definition.size(), static_cast<uint32_t>(i), matrix ? -1 : 0.5f, matrix ? 1 : 1.5f));
      EXPECT_TRUE(weights.Write(i, values.back()).ok());
    }
    for (float& gradient : weights.gradients()) gradient = kUnwritten;
    auto result =
        layer.Compile(use(rows, training), {.context = context,
                                            .clock = &clock,
                                            .weights = weights.views(),
                                            .workspace = workspace,
                                            .input = input.data(),
                                            .output = output.data(),
                                            .output_gradient = training ? output_gradient.data() : nullptr,
                                            .input_gradient = wants_input_gradient ? input_gradient.data() : nullptr});
    EXPECT_TRUE(result.ok()) << result.status();
    compiled = *std::move(result);
  }

  LayerUse use(int64_t rows, bool training) const {
    return {.rows = rows, .training = training, .wants_input_gradient = wants_input_gradient};
  }

  static constexpr float kUnwritten = std::numeric_limits<float>::quiet_NaN();

  const bool wants_input_gradient;
  OpContext context;
  StepClock clock = {.seed = 7};
  Weights weights;
  std::vector<std::vector<float>> values;  // of the weights, row-major
  std::vector<float> workspace;
  std::vector<float> input;
  std::vector<float> output;
  std::vector<float> output_gradient;
  std::vector<float> input_gradient;
  std::unique_ptr<CompiledLayer> compiled;
};

}  // namespace traind::engine

#endif  // TRAIND_TESTS_ENGINE_LAYERS_COMPILED_LAYER_H_
