#include "server/onnx/preprocessing_nodes.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "absl/strings/str_cat.h"

namespace traind {
namespace {

using engine::ColumnStep;
using engine::Preprocessor;

const OnnxGraph::Attribute kAcross = {"axis", int64_t{1}};

// Blocks of numbers side by side, and which number of a row each of theirs is to be.
struct Blocks {
  std::vector<std::string> values;
  std::vector<int64_t> places;

  void Add(const std::string& value, int64_t offset, int64_t width) {
    values.push_back(value);
    for (int64_t i = 0; i < width; ++i) places.push_back(offset + i);
  }
};

std::string Joined(const std::vector<std::string>& values, const std::string& name, OnnxGraph& graph) {
  return values.size() == 1 ? values.front() : graph.Add("Concat", values, name, {kAcross});
}

std::string AsFloat(const std::string& value, const std::string& name, OnnxGraph& graph) {
  return graph.Add("Cast", {value}, name, {{"to", int64_t{onnx::TensorProto::FLOAT}}});
}

// Numeric columns, `numbers` [batch, columns.size()]: filled in, scaled and marked.
void AddNumbers(const Preprocessor& preprocessor, const std::vector<int64_t>& columns, const std::string& numbers,
                Blocks& blocks, OnnxGraph& graph) {
  const auto& [fill, shift, scale, seen, mean, deviation] = preprocessor.fitted();
  const auto of_columns = [&](const std::vector<float>& all) {
    std::vector<float> some;
    some.reserve(columns.size());
    for (const int64_t column : columns) some.push_back(all[column]);
    return some;
  };
  const std::string missing = graph.Add("IsNaN", {numbers}, "preprocessing/missing");
  const std::string filled = graph.Add(
      "Where", {missing, graph.Floats("preprocessing/fill", of_columns(fill)), numbers}, "preprocessing/filled");
  const std::string centered =
      graph.Add("Sub", {filled, graph.Floats("preprocessing/shift", of_columns(shift))}, "preprocessing/centered");
  blocks.values.push_back(
      graph.Add("Mul", {centered, graph.Floats("preprocessing/scale", of_columns(scale))}, "preprocessing/scaled"));
  const std::vector<ColumnStep>& steps = preprocessor.plan().steps;
  for (const int64_t column : columns) blocks.places.push_back(steps[column].offset);

  std::vector<int64_t> marked;  // among `columns`
  for (size_t i = 0; i < columns.size(); ++i) {
    if (!steps[columns[i]].missing_place) continue;
    marked.push_back(static_cast<int64_t>(i));
    blocks.places.push_back(steps[columns[i]].offset + 1);
  }
  if (marked.empty()) return;
  const std::string some = graph.Add("Gather", {missing, graph.Integers("preprocessing/marked", marked)},
                                     "preprocessing/missing_of_marked", {kAcross});
  blocks.values.push_back(AsFloat(some, "preprocessing/marks", graph));
}

// A column of texts, the input of its name: a code, or a 1 in one place.
void AddCategories(const Preprocessor& preprocessor, size_t index, const Column& column, Blocks& blocks,
                   OnnxGraph& graph) {
  const ColumnStep& step = preprocessor.plan().steps[index];
  const Preprocessor::Places& places = preprocessor.places()[index];
  const std::string name = absl::StrCat("preprocessing/", index);
  std::vector<std::string> keys = column.categories;
  std::vector<int64_t> values(places.categories.begin(), places.categories.end());
  keys.push_back("");
  values.push_back(places.missing);
  const std::string place = graph.Add("LabelEncoder", {column.name}, name + "/place",
                                      {{"keys_strings", std::move(keys)},
                                       {"values_int64s", std::move(values)},
                                       {"default_int64", int64_t{places.unseen}}},
                                      "ai.onnx.ml");
  if (step.kind == ColumnStep::Kind::kCode) {
    blocks.Add(AsFloat(place, name + "/code", graph), step.offset, 1);
    return;
  }
  std::vector<int64_t> all(step.width);
  std::iota(all.begin(), all.end(), 0);
  const std::string is_place = graph.Add("Equal", {place, graph.Integers(name + "/places", all)}, name + "/is_place");
  blocks.Add(AsFloat(is_place, name + "/one_hot", graph), step.offset, step.width);
}

}  // namespace

OnnxValue AddPreprocessing(const Preprocessor& preprocessor, const std::vector<Column>& columns, int64_t features,
                           OnnxGraph& graph) {
  const engine::PreprocessingPlan& plan = preprocessor.plan();
  std::vector<int64_t> numeric;
  std::vector<std::string> inputs;
  if (std::ranges::all_of(columns, [](const Column& column) { return column.kind == ColumnKind::kNumeric; })) {
    graph.AddInput("features", onnx::TensorProto::FLOAT, features);
    if (!plan.changes_rows()) return {"features", features};
    numeric.resize(features);
    std::iota(numeric.begin(), numeric.end(), 0);
    inputs = {"features"};
  } else {
    for (size_t i = 0; i < columns.size(); ++i) {
      const bool is_number = columns[i].kind == ColumnKind::kNumeric;
      graph.AddInput(columns[i].name, is_number ? onnx::TensorProto::FLOAT : onnx::TensorProto::STRING, 1);
      if (!is_number) continue;
      numeric.push_back(static_cast<int64_t>(i));
      inputs.push_back(columns[i].name);
    }
  }
  Blocks blocks;
  if (!numeric.empty()) {
    AddNumbers(preprocessor, numeric, Joined(inputs, "preprocessing/numbers", graph), blocks, graph);
  }
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].kind == ColumnKind::kCategorical) AddCategories(preprocessor, i, columns[i], blocks, graph);
  }
  const std::string joined = Joined(blocks.values, "preprocessing/joined", graph);
  if (std::ranges::is_sorted(blocks.places)) return {joined, plan.width};
  std::vector<int64_t> order(blocks.places.size());
  for (size_t i = 0; i < order.size(); ++i) order[blocks.places[i]] = static_cast<int64_t>(i);
  return {graph.Add("Gather", {joined, graph.Integers("preprocessing/order", order)}, "preprocessing/rows", {kAcross}),
          plan.width};
}

}  // namespace traind
