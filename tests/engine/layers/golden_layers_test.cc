// Each layer beside PyTorch's: tests/golden/make_layers.py made the values.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "engine/layers/layer_spec.h"
#include "engine/layers/stack.h"
#include "engine/ops/reorder.h"
#include "tests/engine/layers/compiled_layer.h"

namespace traind::engine {
namespace {

using Values = std::vector<float>;

// Lines of the file for one layer, by their first word.
using Golden = std::map<std::string, std::vector<Values>>;

std::map<std::string, Golden> ReadGoldens() {
  std::ifstream file(TRAIND_SOURCE_DIR "/tests/golden/layers.txt");
  std::map<std::string, Golden> goldens;
  Golden* golden = nullptr;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string word;
    words >> word;
    if (word == "layer") {
      words >> word;
      golden = &goldens[word];
      continue;
    }
    Values values;
    for (float value = 0; words >> value;) values.push_back(value);
    (*golden)[word].push_back(values);
  }
  return goldens;
}

std::map<std::string, LayerKind> Layers() {
  const auto layer = [](const char* name, LayerKind kind) { return LayerSpec{.name = name, .kind = std::move(kind)}; };
  std::map<std::string, LayerKind> layers = {
      {"dense", DenseSpec{.units = 4}},
      {"batch_normalization", BatchNormalizationSpec{}},
      {"layer_normalization", LayerNormalizationSpec{}},
      {"embedding", EmbeddingSpec{.columns = {{.column = 1, .input_dim = 4, .output_dim = 3},
                                              {.column = 3, .input_dim = 2, .output_dim = 2}}}},
      {"residual", ResidualSpec{{layer("in", DenseSpec{.units = 4}),
                                 layer("tanh", ActivationSpec{.function = ActivationFunction::kTanh}),
                                 layer("out", DenseSpec{.units = 5}), layer("relu", ActivationSpec{})}}}};
  for (const auto& [function, name] : NamesOf(ActivationFunction{}))
    layers[name] = ActivationSpec{.function = function};
  return layers;
}

void ExpectNear(const Values& values, const Values& expected) {
  ASSERT_EQ(values.size(), expected.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_NEAR(values[i], expected[i], 1e-5f * std::max(1.0f, std::abs(expected[i]))) << "element " << i;
  }
}

TEST(GoldenLayersTest, ComputeWhatPyTorchComputes) {
  auto goldens = ReadGoldens();
  ASSERT_EQ(goldens.size(), Layers().size());
  for (const auto& [name, kind] : Layers()) {
    SCOPED_TRACE(name);
    ASSERT_TRUE(goldens.contains(name));
    Golden& golden = goldens[name];
    const auto stack = Stack::Make({{.name = name, .kind = kind}}, {.inputs = 5, .rows = 3});
    ASSERT_TRUE(stack.ok()) << stack.status();
    const bool first = !golden.contains("input_gradient");
    LoneLayer lone(*stack, 3, /*training=*/true, first);
    lone.input = golden["input"][0];
    lone.output_gradient = golden["output_gradient"][0];
    const auto& definitions = lone.weights.definitions();
    for (std::size_t i = 0; i < golden["weight"].size(); ++i) {
      ASSERT_TRUE(lone.weights.Write(i, golden["weight"][i]).ok());
    }
    ASSERT_TRUE(lone.compiled->Forward().ok());
    ASSERT_TRUE(lone.compiled->Backward().ok());
    ExpectNear(lone.output, golden["output"][0]);
    if (!first) ExpectNear(lone.input_gradient, golden["input_gradient"][0]);
    for (std::size_t i = 0; i < golden["weight"].size(); ++i) {
      SCOPED_TRACE(definitions[i].name);
      Values gradient(definitions[i].size());
      ASSERT_TRUE(Reorder(definitions[i].layout, lone.weights.views()[i].gradient,
                          Layout::RowMajor(definitions[i].shape), gradient.data())
                      .ok());
      ExpectNear(gradient, golden["weight_gradient"][i]);
    }
  }
}

}  // namespace
}  // namespace traind::engine
