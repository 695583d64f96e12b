// Each layer's analytic gradients beside central finite differences of the same function in double precision.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "engine/layers/activation.h"
#include "engine/layers/batch_normalization.h"
#include "engine/layers/dense.h"
#include "engine/ops/inner_product.h"
#include "engine/ops/reorder.h"
#include "tests/engine/layers/compiled_layer.h"

namespace traind::engine {
namespace {

using Doubles = std::vector<double>;

// What the layer should compute: (input, weights) -> output.
using Function = std::function<Doubles(const Doubles&, const std::vector<Doubles>&)>;

Doubles ToDoubles(const std::vector<float>& values) { return {values.begin(), values.end()}; }

// The layer's outputs are weighted by its output gradient and summed, which makes a loss with that gradient.
double WeightedSum(const Doubles& outputs, const std::vector<float>& output_gradient) {
  double sum = 0;
  for (std::size_t i = 0; i < outputs.size(); ++i) sum += outputs[i] * output_gradient[i];
  return sum;
}

void ExpectDerivatives(Doubles& at, const std::vector<float>& analytic, const std::function<double()>& loss) {
  constexpr double kStep = 1e-5;
  ASSERT_EQ(at.size(), analytic.size());
  for (std::size_t i = 0; i < at.size(); ++i) {
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

void CheckGradients(const Layer& layer, int64_t rows, const Function& function) {
  LoneLayer lone(layer, rows, /*training=*/true);
  ASSERT_TRUE(lone.compiled->Forward().ok());
  ASSERT_TRUE(lone.compiled->Backward().ok());

  Doubles input = ToDoubles(lone.input);
  std::vector<Doubles> weights;
  for (const auto& values : lone.values) weights.push_back(ToDoubles(values));
  const Doubles expected = function(input, weights);
  for (std::size_t i = 0; i < expected.size(); ++i) ASSERT_NEAR(lone.output[i], expected[i], 1e-4) << "output " << i;

  const auto loss = [&] { return WeightedSum(function(input, weights), lone.output_gradient); };
  ExpectDerivatives(input, lone.input_gradient, loss);
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

Doubles DenseFunction(int64_t inputs, int64_t units, const Doubles& input, const std::vector<Doubles>& weights) {
  const auto rows = static_cast<int64_t>(input.size()) / inputs;
  Doubles output(rows * units);
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t u = 0; u < units; ++u) {
      double sum = weights.size() > 1 ? weights[1][u] : 0;
      for (int64_t i = 0; i < inputs; ++i) sum += input[r * inputs + i] * weights[0][u * inputs + i];
      output[r * units + u] = sum;
    }
  }
  return output;
}

TEST(GradientTest, Dense) {
  for (const auto& [rows, inputs, units] :
       {std::tuple<int64_t, int64_t, int64_t>{1, 1, 1}, {3, 5, 7}, {4, 17, 3}, {2, 65, 66}}) {
    for (const bool use_bias : {true, false}) {
      SCOPED_TRACE(testing::Message() << rows << "x" << inputs << "x" << units << " bias " << use_bias);
      const auto layout = FastestInnerProductWeights(rows, inputs, units);
      ASSERT_TRUE(layout.ok());
      const Dense dense({.units = units, .use_bias = use_bias}, {.name = "dense_1", .inputs = inputs}, *layout);
      const int64_t in = inputs, out = units;
      CheckGradients(dense, rows, [in, out](const Doubles& x, const std::vector<Doubles>& w) {
        return DenseFunction(in, out, x, w);
      });
    }
  }
}

TEST(GradientTest, BatchNormalization) {
  for (const auto& [rows, width] : {std::pair<int64_t, int64_t>{2, 1}, {5, 3}, {8, 16}, {7, 33}}) {
    for (const int options : {0, 1, 2, 3, 4, 5, 6, 7}) {
      const bool center = options & 1, scale = options & 2, relu = options & 4;
      SCOPED_TRACE(testing::Message() << rows << "x" << width << " options " << options);
      const BatchNormalization layer({.epsilon = 0.01, .center = center, .scale = scale},
                                     {.name = "batch_normalization_1", .inputs = width, .before_relu = relu});
      const int64_t channels = width;
      CheckGradients(layer, rows, [=](const Doubles& x, const std::vector<Doubles>& w) {
        const auto n = static_cast<int64_t>(x.size()) / channels;
        Doubles y(x.size());
        for (int64_t c = 0; c < channels; ++c) {
          double mean = 0, variance = 0;
          for (int64_t r = 0; r < n; ++r) mean += x[r * channels + c] / static_cast<double>(n);
          for (int64_t r = 0; r < n; ++r) {
            variance += std::pow(x[r * channels + c] - mean, 2) / static_cast<double>(n);
          }
          const double gamma = scale ? w[0][c] : 1;
          const double beta = center ? w[scale ? 1 : 0][c] : 0;
          for (int64_t r = 0; r < n; ++r) {
            const double value = gamma * (x[r * channels + c] - mean) / std::sqrt(variance + 0.01) + beta;
            y[r * channels + c] = relu ? std::max(value, 0.0) : value;
          }
        }
        return y;
      });
    }
  }
}

TEST(GradientTest, Relu) {
  for (const int64_t width : {1, 5, 33}) {
    CheckGradients(Activation({.function = ActivationFunction::kRelu}, width), 3,
                   [](const Doubles& x, const std::vector<Doubles>&) {
                     Doubles y = x;
                     for (double& value : y) value = std::max(value, 0.0);
                     return y;
                   });
  }
}

TEST(DenseTest, ABiasThatBatchNormalizationCancelsIsAddedButNotTrained) {
  const Dense dense({.units = 3}, {.name = "d", .inputs = 2, .before_batch_normalization = true},
                    Layout::RowMajor({3, 2}));
  EXPECT_TRUE(dense.weights()[0].trainable);
  EXPECT_FALSE(dense.weights()[1].trainable);
  LoneLayer lone(dense, 4, /*training=*/true);
  ASSERT_TRUE(lone.compiled->Forward().ok());
  EXPECT_NEAR(lone.output[0], lone.values[1][0] + lone.input[0] * lone.values[0][0] + lone.input[1] * lone.values[0][1],
              1e-5);
  EXPECT_EQ(lone.weights.views()[1].gradient, nullptr);
}

}  // namespace
}  // namespace traind::engine
