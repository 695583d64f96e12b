#include "engine/layers/residual.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "engine/layers/layer_spec.h"
#include "tests/engine/layers/gradient_check.h"

namespace traind::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

LayerSpec Of(LayerKind kind) { return {.name = "layer", .kind = std::move(kind)}; }

std::unique_ptr<Layer> Make(std::vector<LayerSpec> layers, int64_t width) {
  auto layer = ResidualSpec{std::move(layers)}.Make({.inputs = width, .rows = 4});
  EXPECT_TRUE(layer.ok()) << layer.status();
  return *std::move(layer);
}

Doubles Dense(const Doubles& x, const Doubles& weight, const Doubles& bias) {
  const std::size_t units = bias.size(), inputs = weight.size() / units;
  Doubles y;
  for (std::size_t row = 0; row < x.size(); row += inputs) {
    for (std::size_t u = 0; u < units; ++u) {
      double sum = bias[u];
      for (std::size_t i = 0; i < inputs; ++i) sum += x[row + i] * weight[u * inputs + i];
      y.push_back(sum);
    }
  }
  return y;
}

Doubles Relu(Doubles x) {
  for (double& value : x) value = std::max(value, 0.0);
  return x;
}

Doubles Add(Doubles x, const Doubles& y) {
  for (std::size_t i = 0; i < x.size(); ++i) x[i] += y[i];
  return x;
}

Doubles Normalize(const Doubles& x, const Doubles& gamma, const Doubles& beta) {
  const std::size_t width = gamma.size();
  const auto rows = static_cast<double>(x.size() / width);
  Doubles y(x.size());
  for (std::size_t c = 0; c < width; ++c) {
    double mean = 0, variance = 0;
    for (std::size_t i = c; i < x.size(); i += width) mean += x[i] / rows;
    for (std::size_t i = c; i < x.size(); i += width) variance += std::pow(x[i] - mean, 2) / rows;
    for (std::size_t i = c; i < x.size(); i += width) {
      y[i] = gamma[c] * (x[i] - mean) / std::sqrt(variance + 1e-3) + beta[c];
    }
  }
  return y;
}

// Each of these takes its gradient from its outputs, to which the sum may not have been added.
TEST(ResidualTest, GradientsAreThoseOfItsFunctionWhateverEndsIt) {
  for (const auto& [rows, width] : {std::pair<int64_t, int64_t>{1, 1}, {3, 5}, {2, 33}}) {
    SCOPED_TRACE(testing::Message() << rows << "x" << width);
    const LayerSpec dense = Of(DenseSpec{.units = width});
    CheckGradients(*Make({dense}, width), rows,
                   [](const Doubles& x, const std::vector<Doubles>& w) { return Add(x, Dense(x, w[0], w[1])); });
    CheckGradients(*Make({dense, Of(ActivationSpec{})}, width), rows,
                   [](const Doubles& x, const std::vector<Doubles>& w) { return Add(x, Relu(Dense(x, w[0], w[1]))); });
    CheckGradients(*Make({Of(ActivationSpec{.function = ActivationFunction::kTanh})}, width), rows,
                   [](const Doubles& x, const std::vector<Doubles>&) {
                     Doubles y = x;
                     for (double& value : y) value += std::tanh(value);
                     return y;
                   });
    CheckGradients(*Make({Of(ActivationSpec{.function = ActivationFunction::kLinear})}, width), rows,
                   [](const Doubles& x, const std::vector<Doubles>&) { return Add(x, x); });
  }
}

TEST(ResidualTest, GradientsAreThoseOfItsFunctionNested) {
  const int64_t width = 5;
  const LayerSpec dense = Of(DenseSpec{.units = width}), relu = Of(ActivationSpec{});
  const auto layer = Make({dense, Of(ResidualSpec{{dense, relu}}), Of(ResidualSpec{{relu}})}, width);
  CheckGradients(*layer, 3, [](const Doubles& x, const std::vector<Doubles>& w) {
    const Doubles a = Dense(x, w[0], w[1]);
    const Doubles b = Add(a, Relu(Dense(a, w[2], w[3])));
    return Add(x, Add(b, Relu(b)));
  });
}

TEST(ResidualTest, GradientsAreThoseOfItsFunctionWithBatchNormalizationAndDropoutInside) {
  const int64_t rows = 6, width = 5;
  const LayerSpec dropout = Of(DropoutSpec{.rate = 0.4});
  const auto layer = Make({Of(BatchNormalizationSpec{}), Of(ActivationSpec{}), dropout, Of(DenseSpec{.units = width}),
                           Of(ResidualSpec{{dropout}})},
                          width);
  EXPECT_TRUE(layer->needs_two_rows());
  LoneLayer lone(*layer, rows, /*training=*/true);
  ASSERT_TRUE(lone.compiled->Forward().ok());
  ASSERT_TRUE(lone.compiled->Backward().ok());
  // A residual of `index` 0: batch normalization is 1, its relu 2, so the dropouts are 3 and 6.
  const auto mask = [&](uint32_t index) {
    LoneLayer alone(Dropout({.rate = 0.4}, {.index = index, .inputs = width}), rows, /*training=*/true);
    alone.input.assign(alone.input.size(), 1);
    EXPECT_TRUE(alone.compiled->Forward().ok());
    return ToDoubles(alone.output);
  };
  const Doubles outer = mask(3), inner = mask(6);
  const auto times = [](Doubles x, const Doubles& factors) {
    for (std::size_t i = 0; i < x.size(); ++i) x[i] *= factors[i];
    return x;
  };
  ExpectFunction(lone, [&](const Doubles& x, const std::vector<Doubles>& w) {
    const Doubles y = Dense(times(Relu(Normalize(x, w[0], w[1])), outer), w[4], w[5]);
    return Add(x, Add(y, times(y, inner)));
  });
}

TEST(ResidualTest, InfersWithoutMemoryOfItsOwn) {
  const auto layer = Make({Of(DenseSpec{.units = 5}), Of(ActivationSpec{})}, 5);
  LoneLayer training(*layer, 3, /*training=*/true), inference(*layer, 3, /*training=*/false);
  EXPECT_LT(inference.workspace.size(), training.workspace.size());
  ASSERT_TRUE(training.compiled->Forward().ok());
  ASSERT_TRUE(inference.compiled->Forward().ok());
  for (std::size_t i = 0; i < training.output.size(); ++i) EXPECT_NEAR(training.output[i], inference.output[i], 1e-5);
}

TEST(ResidualTest, RefusesAWidthThatDiffers) {
  Faults faults;
  const LayerSpec narrow = Of(DenseSpec{.units = 3}), wide = Of(DenseSpec{.units = 8});
  CheckPlaces({Of(ResidualSpec{{narrow, wide}}), Of(ResidualSpec{{wide, narrow}}),
               Of(ResidualSpec{{Of(ResidualSpec{{narrow}}), wide}})},
              /*first=*/true, 8, "model.layers", faults);
  std::vector<std::string> texts;
  for (const Fault& fault : faults.Take()) texts.push_back(fault.field + ": " + fault.description);
  EXPECT_THAT(texts,
              ElementsAre(HasSubstr("model.layers[1].residual.layers: takes 8 values and gives 3"),
                          HasSubstr("model.layers[2].residual.layers[0].residual.layers: takes 8 values and gives 3")));
}

}  // namespace
}  // namespace traind::engine
