// A layer's analytic gradients beside central finite differences of the same function in double precision.
#ifndef TRAIND_TESTS_ENGINE_LAYERS_GRADIENT_CHECK_H_
#define TRAIND_TESTS_ENGINE_LAYERS_GRADIENT_CHECK_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "engine/ops/reorder.h"
#include "tests/engine/layers/compiled_layer.h"

namespace traind::engine {

using Doubles = std::vector<double>;

// What a layer should compute: (input, weights) -> output.
using LayerFunction = std::function<Doubles(const Doubles& input, const std::vector<Doubles>& weights)>;

inline Doubles ToDoubles(const std::vector<float>& values) { return {values.begin(), values.end()}; }

// `analytic` beside the slopes of `loss` as `at` moves. Of many values, some 300 are taken.
inline void ExpectDerivatives(Doubles& at, const std::vector<float>& analytic, const std::function<double()>& loss) {
  constexpr double kStep = 1e-5;
  ASSERT_EQ(at.size(), analytic.size());
  for (std::size_t i = 0; i < at.size(); i += 1 + at.size() / 300) {
    const double value = at[i];
    at[i] = value + kStep;
    const double above = loss();
    at[i] = value - kStep;
    const double below = loss();
    at[i] = value;
    const double numeric = (above - below) / (2 * kStep);
    ASSERT_NEAR(analytic[i], numeric, 2e-4 * std::max(1.0, std::abs(numeric))) << "element " << i;
  }
}

// Both passes of a layer that has run one of each. Its outputs are weighted by its output gradient and summed, which
// makes a loss with that gradient.
inline void ExpectFunction(LoneLayer& lone, const LayerFunction& function) {
  Doubles input = ToDoubles(lone.input);
  std::vector<Doubles> weights;
  for (const auto& values : lone.values) weights.push_back(ToDoubles(values));
  const Doubles expected = function(input, weights);
  ASSERT_EQ(expected.size(), lone.output.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_NEAR(lone.output[i], expected[i], 1e-4 * std::max(1.0, std::abs(expected[i]))) << "output " << i;
  }

  const auto loss = [&] {
    const Doubles outputs = function(input, weights);
    double sum = 0;
    for (std::size_t i = 0; i < outputs.size(); ++i) sum += outputs[i] * lone.output_gradient[i];
    return sum;
  };
  if (lone.wants_input_gradient) ExpectDerivatives(input, lone.input_gradient, loss);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const WeightDefinition& definition = lone.weights.definitions()[i];
    if (!definition.trainable) continue;
    SCOPED_TRACE(definition.name);
    std::vector<float> gradient(definition.size());
    ASSERT_TRUE(Reorder(definition.layout, lone.weights.views()[i].gradient, Layout::RowMajor(definition.shape),
                        gradient.data())
                    .ok());
    ExpectDerivatives(weights[i], gradient, loss);
  }
}

inline void CheckGradients(const Layer& layer, int64_t rows, const LayerFunction& function) {
  LoneLayer lone(layer, rows, /*training=*/true);
  ASSERT_TRUE(lone.compiled->Forward().ok());
  ASSERT_TRUE(lone.compiled->Backward().ok());
  ExpectFunction(lone, function);
}

}  // namespace traind::engine

#endif  // TRAIND_TESTS_ENGINE_LAYERS_GRADIENT_CHECK_H_
