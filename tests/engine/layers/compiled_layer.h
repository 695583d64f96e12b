// A layer on its own, with all the memory it needs.
#ifndef TRAIND_TESTS_ENGINE_LAYERS_COMPILED_LAYER_H_
#define TRAIND_TESTS_ENGINE_LAYERS_COMPILED_LAYER_H_

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "engine/layers/layer.h"
#include "engine/layers/weights.h"
#include "tests/engine/random_values.h"

namespace traind::engine {

// Compiled for `rows` rows; weights are random around 1 for vectors (so that no gamma is near 0), around 0 for
// matrices.
struct LoneLayer {
  LoneLayer(const Layer& layer, int64_t rows, bool training)
      : weights(layer.weights(), true),
        input(RandomValues(rows * layer.inputs(), 50, -2, 2)),
        output(rows * layer.outputs()),
        output_gradient(RandomValues(rows * layer.outputs(), 51)),
        input_gradient(rows * layer.inputs()) {
    for (std::size_t i = 0; i < weights.definitions().size(); ++i) {
      const WeightDefinition& definition = weights.definitions()[i];
      const bool matrix = definition.shape.size() == 2;
      values.push_back(
          RandomValues(definition.size(), static_cast<uint32_t>(i), matrix ? -1 : 0.5f, matrix ? 1 : 1.5f));
      EXPECT_TRUE(weights.Write(i, values.back()).ok());
    }
    const LayerUse use = {.rows = rows, .training = training, .wants_input_gradient = training};
    workspace.resize(layer.workspace(use));
    auto result = layer.Compile(use, {.context = context,
                                      .clock = &clock,
                                      .weights = weights.views(),
                                      .workspace = workspace,
                                      .input = input.data(),
                                      .output = output.data(),
                                      .output_gradient = training ? output_gradient.data() : nullptr,
                                      .input_gradient = training ? input_gradient.data() : nullptr});
    EXPECT_TRUE(result.ok()) << result.status();
    compiled = *std::move(result);
  }

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
