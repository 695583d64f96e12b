#include "server/onnx/layer_nodes.h"

#include <cmath>
#include <optional>
#include <unordered_map>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace traind {
namespace {

using engine::ActivationFunction;
using engine::LayerSpec;
using engine::NamedTensor;

// Weights of a dense layer, when folded with what the batch normalization after it does.
struct Affine {
  std::vector<float> weight;  // [units, inputs]
  std::vector<float> bias;    // [units]
};

// What a batch normalization does at inference: scale * x + shift.
struct ScaleAndShift {
  std::vector<double> scale;
  std::vector<double> shift;
};

class LayerNodes {
 public:
  LayerNodes(const std::vector<NamedTensor>& tensors, bool fold, OnnxGraph& graph) : fold_(fold), graph_(graph) {
    for (const NamedTensor& tensor : tensors) tensors_[tensor.name] = &tensor;
  }

  OnnxValue Add(const std::vector<LayerSpec>& layers, OnnxValue value) {
    for (std::size_t i = 0; i < layers.size(); ++i) {
      const auto* dense = std::get_if<engine::DenseSpec>(&layers[i].kind);
      const auto* next =
          i + 1 < layers.size() ? std::get_if<engine::BatchNormalizationSpec>(&layers[i + 1].kind) : nullptr;
      if (fold_ && dense != nullptr && next != nullptr) {
        value = AddFolded(layers[i].name, *dense, layers[i + 1].name, *next, value);
        ++i;
        continue;
      }
      value = std::visit([&](const auto& kind) { return AddLayer(layers[i].name, kind, value); }, layers[i].kind);
    }
    return value;
  }

  const absl::Status& status() const { return status_; }

 private:
  // The values of a weight; zeros of that size, and an error kept, if there is none.
  std::vector<float> Weight(const std::string& name, int64_t size) {
    const auto found = tensors_.find(name);
    if (found != tensors_.end() && static_cast<int64_t>(found->second->values.size()) == size) {
      return found->second->values;
    }
    status_.Update(absl::DataLossError(absl::StrCat("the stored weights have no '", name, "' of ", size, " numbers")));
    return std::vector<float>(size);
  }
  std::vector<float> WeightOr(bool has, const std::string& name, int64_t size, float otherwise) {
    return has ? Weight(name, size) : std::vector<float>(size, otherwise);
  }
  std::vector<float> Bias(const std::string& name, const engine::DenseSpec& spec) {
    return WeightOr(spec.use_bias, name + ".bias", spec.units, 0);
  }

  OnnxValue AddAffine(const std::string& name, const Affine& affine, int64_t units, const OnnxValue& input) {
    return {graph_.Add("Gemm",
                       {input.name, graph_.Floats(name + ".weight", affine.weight, {units, input.width}),
                        graph_.Floats(name + ".bias", affine.bias)},
                       name, {{"transB", int64_t{1}}}),
            units};
  }

  OnnxValue AddLayer(const std::string& name, const engine::DenseSpec& spec, const OnnxValue& input) {
    return AddAffine(name, {Weight(name + ".weight", spec.units * input.width), Bias(name, spec)}, spec.units, input);
  }

  ScaleAndShift Normalization(const std::string& name, const engine::BatchNormalizationSpec& spec, int64_t width) {
    const std::vector<float> gamma = WeightOr(spec.scale, name + ".weight", width, 1);
    const std::vector<float> beta = WeightOr(spec.center, name + ".bias", width, 0);
    const std::vector<float> mean = Weight(name + ".running_mean", width);
    const std::vector<float> variance = Weight(name + ".running_var", width);
    ScaleAndShift result;
    for (int64_t i = 0; i < width; ++i) {
      result.scale.push_back(gamma[i] / std::sqrt(variance[i] + spec.epsilon));
      result.shift.push_back(beta[i] - mean[i] * result.scale[i]);
    }
    return result;
  }

  OnnxValue AddFolded(const std::string& dense_name, const engine::DenseSpec& dense, const std::string& norm_name,
                      const engine::BatchNormalizationSpec& norm, const OnnxValue& input) {
    Affine affine = {Weight(dense_name + ".weight", dense.units * input.width), Bias(dense_name, dense)};
    const auto [scale, shift] = Normalization(norm_name, norm, dense.units);
    for (int64_t unit = 0; unit < dense.units; ++unit) {
      for (int64_t i = 0; i < input.width; ++i) {
        float& weight = affine.weight[unit * input.width + i];
        weight = static_cast<float>(weight * scale[unit]);
      }
      affine.bias[unit] = static_cast<float>(affine.bias[unit] * scale[unit] + shift[unit]);
    }
    return AddAffine(dense_name, affine, dense.units, input);
  }

  OnnxValue AddLayer(const std::string& name, const engine::BatchNormalizationSpec& spec, const OnnxValue& input) {
    const int64_t width = input.width;
    return {graph_.Add("BatchNormalization",
                       {input.name, graph_.Floats(name + ".weight", WeightOr(spec.scale, name + ".weight", width, 1)),
                        graph_.Floats(name + ".bias", WeightOr(spec.center, name + ".bias", width, 0)),
                        graph_.Floats(name + ".running_mean", Weight(name + ".running_mean", width)),
                        graph_.Floats(name + ".running_var", Weight(name + ".running_var", width))},
                       name, {{"epsilon", static_cast<float>(spec.epsilon)}}),
            width};
  }

  OnnxValue AddLayer(const std::string& name, const engine::LayerNormalizationSpec& spec, const OnnxValue& input) {
    const auto mean_of = [&](const std::string& value, const char* part) {
      return graph_.Add("ReduceMean", {value}, absl::StrCat(name, "/", part),
                        {{"axes", std::vector<int64_t>{-1}}, {"keepdims", int64_t{1}}});
    };
    const std::string centered = graph_.Add("Sub", {input.name, mean_of(input.name, "mean")}, name + "/centered");
    const std::string variance = mean_of(graph_.Add("Mul", {centered, centered}, name + "/squares"), "variance");
    const std::string deviation =
        graph_.Add("Sqrt",
                   {graph_.Add("Add", {variance, graph_.Float(name + "/epsilon", static_cast<float>(spec.epsilon))},
                               name + "/sum")},
                   name + "/deviation");
    std::string value = graph_.Add("Div", {centered, deviation}, name + "/normalized");
    if (spec.scale) {
      value = graph_.Add("Mul", {value, graph_.Floats(name + ".weight", Weight(name + ".weight", input.width))},
                         name + "/scaled");
    }
    if (spec.center) {
      value = graph_.Add("Add", {value, graph_.Floats(name + ".bias", Weight(name + ".bias", input.width))}, name);
    }
    return {value, input.width};
  }

  OnnxValue AddLayer(const std::string& name, const engine::ActivationSpec& spec, const OnnxValue& input) {
    return {Activate(name, spec, input.name), input.width};
  }

  std::string Activate(const std::string& name, const engine::ActivationSpec& spec, const std::string& input) {
    switch (spec.function) {
      case ActivationFunction::kRelu:
        return graph_.Add("Relu", {input}, name);
      case ActivationFunction::kLeakyRelu:
        return graph_.Add("LeakyRelu", {input}, name, {{"alpha", static_cast<float>(spec.negative_slope)}});
      case ActivationFunction::kElu:
        return graph_.Add("Elu", {input}, name, {{"alpha", static_cast<float>(spec.alpha)}});
      case ActivationFunction::kSelu:
        return graph_.Add("Selu", {input}, name);  // its defaults are the paper's, as ours
      case ActivationFunction::kGelu: {
        // x / 2 * (1 + erf(x / sqrt(2)))
        const std::string scaled =
            graph_.Add("Mul", {input, graph_.Float(name + "/root", std::sqrt(0.5f))}, name + "/scaled");
        const std::string sum = graph_.Add(
            "Add", {graph_.Add("Erf", {scaled}, name + "/erf"), graph_.Float(name + "/one", 1)}, name + "/sum");
        const std::string half = graph_.Add("Mul", {input, graph_.Float(name + "/half", 0.5f)}, name + "/halved");
        return graph_.Add("Mul", {half, sum}, name);
      }
      case ActivationFunction::kSilu:
        return graph_.Add("Mul", {input, graph_.Add("Sigmoid", {input}, name + "/sigmoid")}, name);
      case ActivationFunction::kSigmoid:
        return graph_.Add("Sigmoid", {input}, name);
      case ActivationFunction::kTanh:
        return graph_.Add("Tanh", {input}, name);
      case ActivationFunction::kSoftplus:
        return graph_.Add("Softplus", {input}, name);
      case ActivationFunction::kSoftmax:
        return graph_.Add("Softmax", {input}, name, {{"axis", int64_t{-1}}});
      case ActivationFunction::kLinear:
        break;
    }
    return input;
  }

  OnnxValue AddLayer(const std::string& name, const engine::ResidualSpec& spec, const OnnxValue& input) {
    const OnnxValue inside = Add(spec.layers, input);
    return {graph_.Add("Add", {input.name, inside.name}, name), input.width};
  }

  // The columns between `begin` and `end`.
  std::string Columns(const std::string& name, const OnnxValue& input, int64_t begin, int64_t end) {
    std::vector<int64_t> columns;
    for (int64_t column = begin; column < end; ++column) columns.push_back(column);
    return graph_.Add("Gather", {input.name, graph_.Integers(name + "/columns", columns)}, name,
                      {{"axis", int64_t{1}}});
  }

  OnnxValue AddLayer(const std::string& name, engine::EmbeddingSpec spec, const OnnxValue& input) {
    std::ranges::sort(spec.columns, {}, &engine::EmbeddingColumn::column);
    std::vector<std::string> parts;
    int64_t next = 0;
    for (const auto& [column, input_dim, output_dim] : spec.columns) {
      const std::string here = absl::StrCat(name, "/", column);
      if (column > next) parts.push_back(Columns(here + "/before", input, next, column));
      // Of one dimension, so that what is gathered has two.
      const std::string number = graph_.Add("Gather", {input.name, graph_.Integer(here + "/column", column)},
                                            here + "/number", {{"axis", int64_t{1}}});
      const std::string code =
          graph_.Add("Cast", {number}, here + "/code", {{"to", int64_t{onnx::TensorProto::INT64}}});
      const std::string weight = absl::StrCat(name, ".weight_", column);
      parts.push_back(graph_.Add(
          "Gather", {graph_.Floats(weight, Weight(weight, input_dim * output_dim), {input_dim, output_dim}), code},
          here + "/vector", {{"axis", int64_t{0}}}));
      next = column + 1;
    }
    if (next < input.width) parts.push_back(Columns(name + "/after", input, next, input.width));
    return {graph_.Add("Concat", parts, name, {{"axis", int64_t{1}}}), spec.Outputs(input.width)};
  }

  // Nothing happens in these but in training.
  OnnxValue AddLayer(const std::string& /*name*/, const engine::DropoutSpec& /*spec*/, const OnnxValue& input) {
    return input;
  }
  OnnxValue AddLayer(const std::string& /*name*/, const engine::GaussianNoiseSpec& /*spec*/, const OnnxValue& input) {
    return input;
  }

  const bool fold_;
  OnnxGraph& graph_;
  std::unordered_map<std::string, const NamedTensor*> tensors_;
  absl::Status status_;
};

}  // namespace

absl::StatusOr<OnnxValue> AddLayers(const std::vector<LayerSpec>& layers, const std::vector<NamedTensor>& tensors,
                                    bool fold, OnnxValue input, OnnxGraph& graph) {
  LayerNodes nodes(tensors, fold, graph);
  OnnxValue value = nodes.Add(layers, std::move(input));
  if (!nodes.status().ok()) return nodes.status();
  return value;
}

}  // namespace traind
