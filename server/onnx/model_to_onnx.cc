#include "server/onnx/model_to_onnx.h"

#include <onnx/checker.h>

#include <exception>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "engine/data/preprocessor.h"
#include "engine/training/fitted_tensors.h"
#include "engine/training/layer_names.h"
#include "engine/training/preprocessed_model.h"
#include "server/datasets/stored_dataset.h"
#include "server/errors/errors.h"
#include "server/onnx/graph.h"
#include "server/onnx/layer_nodes.h"
#include "server/onnx/preprocessing_nodes.h"

namespace traind {
namespace {

constexpr int64_t kOpset = 13;
constexpr int64_t kIrVersion = 7;  // of opset 13
// Protobuf's limit of a message, and what the graph needs beside the weights.
constexpr int64_t kMaxWeightBytes = (int64_t{2} << 30) - (int64_t{64} << 20);

void AddOpset(onnx::ModelProto& onnx, const std::string& domain, int64_t version) {
  onnx::OperatorSetIdProto& opset = *onnx.add_opset_import();
  opset.set_domain(domain);
  opset.set_version(version);
}

void AddText(onnx::ModelProto& onnx, const std::string& key, const std::string& value) {
  onnx::StringStringEntryProto& entry = *onnx.add_metadata_props();
  entry.set_key(key);
  entry.set_value(value);
}

void AddNames(onnx::ModelProto& onnx, const std::string& key, const std::vector<std::string>& names) {
  if (!names.empty())
    AddText(onnx, key, nlohmann::json(names).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

// What a client of Predict gets: probabilities of all classes, or targets in their own units.
void AddAnswer(const engine::LossSpec& loss, const engine::FittedPreprocessing& fitted, bool classes, OnnxValue value,
               OnnxGraph& graph) {
  if (!fitted.target_mean.empty()) {
    const std::string scaled =
        graph.Add("Mul", {value.name, graph.Floats("targets/deviation", fitted.target_deviation)}, "targets/scaled");
    value.name = graph.Add("Add", {scaled, graph.Floats("targets/mean", fitted.target_mean)}, "targets/restored");
  }
  if (!classes || engine::BroughtBy(loss) == engine::OutputActivation::kNone) {
    graph.AddOutput("values", value.name, value.width);
    return;
  }
  if (value.width == 1) {
    const std::string first = graph.Add("Sub", {graph.Float("classes/one", 1), value.name}, "classes/first");
    value = {graph.Add("Concat", {first, value.name}, "classes/both", {{"axis", int64_t{1}}}), 2};
  }
  graph.AddOutput("probabilities", value.name, value.width);
}

absl::Status Check(const onnx::ModelProto& onnx) {
  try {
    onnx::checker::check_model(onnx);
    return absl::OkStatus();
  } catch (const std::exception& error) {
    return absl::InternalError(absl::StrCat("the model has become an ONNX file that ONNX refuses: ", error.what()));
  }
}

}  // namespace

absl::StatusOr<std::string> ModelToOnnx(const ModelRecord& model, const engine::TrainingSpec& spec,
                                        std::vector<engine::NamedTensor> tensors, bool fold) {
  if (model.weights.size > kMaxWeightBytes) {
    return WithReason(absl::FailedPreconditionError(absl::StrCat("models/", model.id, " has ", model.weights.size,
                                                                 " bytes of weights; an ONNX file holds at most ",
                                                                 kMaxWeightBytes, ": export it as safetensors")),
                      "MODEL_TOO_LARGE");
  }
  const auto features = static_cast<int64_t>(model.feature_names.size());
  const engine::DatasetShape shape = {.features = features,
                                      .targets = static_cast<int64_t>(model.target_names.size()),
                                      .columns = ColumnShapes(model.columns, model.feature_names)};
  absl::StatusOr<engine::Preprocessor> preprocessor = engine::Preprocessor::Make(
      PlanPreprocessing(spec.preprocessing, shape), shape.targets, engine::TakeFitted(tensors));
  if (!preprocessor.ok()) return absl::DataLossError(preprocessor.status().message());

  onnx::ModelProto onnx;
  onnx.set_ir_version(kIrVersion);
  onnx.set_producer_name("traind");
  AddOpset(onnx, "", kOpset);
  AddOpset(onnx, "ai.onnx.ml", 2);
  onnx.mutable_graph()->set_name(model.id);
  OnnxGraph graph(*onnx.mutable_graph());
  OnnxValue rows = AddPreprocessing(*preprocessor, model.columns, features, graph);
  const engine::ModelSpec whole = WithPreprocessing(spec.model, preprocessor->plan());
  absl::StatusOr<OnnxValue> outputs =
      AddLayers(engine::WithLayerNames(whole.layers), tensors, fold, std::move(rows), graph);
  if (!outputs.ok()) return outputs.status();
  AddAnswer(spec.loss, preprocessor->fitted(), model.task == Task::kClassification, *std::move(outputs), graph);
  AddText(onnx, "traind_model", absl::StrCat("models/", model.id));
  AddText(onnx, "weights_sha256", model.weights.sha256);
  AddNames(onnx, "class_names", model.class_names);
  AddNames(onnx, "target_names", model.target_names);
  if (onnx.graph().input_size() == 1) AddNames(onnx, "feature_names", model.feature_names);
  if (absl::Status checked = Check(onnx); !checked.ok()) return checked;
  std::string bytes;
  if (!onnx.SerializeToString(&bytes)) return absl::InternalError("the ONNX file could not be written");
  return bytes;
}

}  // namespace traind
