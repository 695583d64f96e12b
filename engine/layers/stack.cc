#include "engine/layers/stack.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <span>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "engine/core/aligned_buffer.h"
#include "engine/layers/identity.h"
#include "engine/layers/layer_spec.h"

namespace traind::engine {
namespace {

bool IsBatchNormalization(const LayerSpec& layer) { return std::holds_alternative<BatchNormalizationSpec>(layer.kind); }

bool IsRelu(const LayerSpec& layer) {
  const auto* activation = std::get_if<ActivationSpec>(&layer.kind);
  return activation != nullptr && activation->function == ActivationFunction::kRelu;
}

// Itself and those nested in it.
int64_t CountLayer(const LayerSpec& layer) {
  const auto* residual = std::get_if<ResidualSpec>(&layer.kind);
  return 1 + (residual == nullptr ? 0 : CountLayers(residual->layers));
}

// The layers that have something to do, at least one.
std::vector<const Stack::Named*> Working(const std::vector<Stack::Named>& layers, const LayerUse& use) {
  std::vector<const Stack::Named*> working;
  for (const Stack::Named& named : layers) {
    if (!named.layer->passes_through(use)) working.push_back(&named);
  }
  if (working.empty()) working.push_back(&layers.back());
  return working;
}

// Where the parts of a stack's workspace lie, in floats: the outputs of all layers but the last, two gradients between
// layers that take turns, and the workspaces of the layers.
class Plan {
 public:
  Plan(const std::vector<const Stack::Named*>& layers, const LayerUse& use) {
    std::array<int64_t, 2> gradient_floats = {};
    for (std::size_t i = 0; i < layers.size(); ++i) {
      const bool last = i + 1 == layers.size();
      const int64_t output_floats = AlignedBuffer::Aligned(use.rows * layers[i]->layer->outputs());
      outputs.push_back(Take(last ? 0 : output_floats));
      workspace_floats.push_back(layers[i]->layer->workspace(UseOf(i, use)));
      workspaces.push_back(Take(AlignedBuffer::Aligned(workspace_floats.back())));
      if (use.training && !last) gradient_floats[i % 2] = std::max(gradient_floats[i % 2], output_floats);
    }
    for (const std::size_t i : {0, 1}) gradients[i] = Take(gradient_floats[i]);
  }

  // How layer `i` is used.
  static LayerUse UseOf(std::size_t i, const LayerUse& use) {
    return {.rows = use.rows,
            .training = use.training,
            .wants_input_gradient = use.training && (i > 0 || use.wants_input_gradient)};
  }

  std::vector<int64_t> outputs;  // offsets
  std::vector<int64_t> workspaces;
  std::vector<int64_t> workspace_floats;
  std::array<int64_t, 2> gradients = {};
  int64_t floats = 0;

 private:
  int64_t Take(int64_t size) { return std::exchange(floats, floats + size); }
};

class CompiledStack final : public CompiledLayer {
 public:
  struct Named {
    std::string name;
    std::unique_ptr<CompiledLayer> layer;
    std::span<const float> output;
  };

  explicit CompiledStack(std::vector<Named> layers) : layers_(std::move(layers)) {}

  absl::Status Forward() override {
    for (const Named& named : layers_) {
      if (absl::Status status = named.layer->Forward(); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status Backward() override {
    for (auto named = layers_.rbegin(); named != layers_.rend(); ++named) {
      if (absl::Status status = named->layer->Backward(); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  std::vector<std::string> implementations() const override {
    std::vector<std::string> names;
    for (const Named& named : layers_) std::ranges::move(named.layer->implementations(), std::back_inserter(names));
    return names;
  }

  std::string FirstNotFinite() const override {
    for (const Named& named : layers_) {
      std::string within = named.layer->FirstNotFinite();
      if (!within.empty()) return within;
      if (!std::ranges::all_of(named.output, [](float value) { return std::isfinite(value); })) return named.name;
    }
    return "";
  }

 private:
  const std::vector<Named> layers_;
};

}  // namespace

absl::StatusOr<Stack> Stack::Make(const std::vector<LayerSpec>& specs, const LayerPlace& place) {
  std::vector<Named> layers;
  LayerPlace here = place;
  for (std::size_t i = 0; i < specs.size(); ++i) {
    const LayerSpec* const next = i + 1 < specs.size() ? &specs[i + 1] : nullptr;
    here.name = specs[i].name;
    here.before_batch_normalization = next != nullptr && IsBatchNormalization(*next);
    here.before_relu = next != nullptr && IsRelu(*next);
    auto layer = std::visit([&](const auto& kind) { return kind.Make(here); }, specs[i].kind);
    if (!layer.ok()) return layer.status();
    if (*layer != nullptr) {
      here.inputs = (*layer)->outputs();
      layers.push_back({specs[i].name, *std::move(layer)});
    }
    here.index += static_cast<uint32_t>(CountLayer(specs[i]));
    if (IsBatchNormalization(specs[i]) && here.before_relu) {
      ++here.index;
      ++i;
    }
  }
  if (layers.empty()) layers.push_back({place.name, std::make_unique<Identity>(place.inputs)});
  return Stack(std::move(layers));
}

Stack::Stack(std::vector<Named> layers) : layers_(std::move(layers)) {}

std::vector<WeightDefinition> Stack::weights() const {
  std::vector<WeightDefinition> all;
  for (const Named& named : layers_) std::ranges::move(named.layer->weights(), std::back_inserter(all));
  return all;
}

int64_t Stack::workspace(const LayerUse& use) const { return Plan(Working(layers_, use), use).floats; }

bool Stack::needs_two_rows() const {
  return std::ranges::any_of(layers_, [](const Named& named) { return named.layer->needs_two_rows(); });
}

absl::StatusOr<std::unique_ptr<CompiledLayer>> Stack::Compile(const LayerUse& use, const LayerBuffers& buffers) const {
  const std::vector<const Named*> layers = Working(layers_, use);
  const Plan plan(layers, use);
  const auto part = [&](int64_t offset) { return buffers.workspace.data() + offset; };
  std::vector<CompiledStack::Named> compiled;
  std::size_t first_weight = 0;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const bool last = i + 1 == layers.size();
    const Layer& layer = *layers[i]->layer;
    const std::size_t weight_count = layer.weights().size();
    LayerBuffers its = {.context = buffers.context,
                        .clock = buffers.clock,
                        .weights = buffers.weights.subspan(first_weight, weight_count),
                        .workspace = buffers.workspace.subspan(plan.workspaces[i], plan.workspace_floats[i]),
                        .input = i == 0 ? buffers.input : part(plan.outputs[i - 1]),
                        .output = last ? buffers.output : part(plan.outputs[i])};
    if (use.training) {
      its.output_gradient = last ? buffers.output_gradient : part(plan.gradients[i % 2]);
      its.input_gradient = i == 0 ? buffers.input_gradient : part(plan.gradients[(i - 1) % 2]);
    }
    auto made = layer.Compile(Plan::UseOf(i, use), its);
    if (!made.ok()) return made.status();
    const auto floats = static_cast<std::size_t>(use.rows * layer.outputs());
    compiled.push_back({layers[i]->name, *std::move(made), {its.output, floats}});
    first_weight += weight_count;
  }
  return std::make_unique<CompiledStack>(std::move(compiled));
}

int64_t CountLayers(const std::vector<LayerSpec>& specs) {
  int64_t count = 0;
  for (const LayerSpec& spec : specs) count += CountLayer(spec);
  return count;
}

int64_t Depth(const std::vector<LayerSpec>& specs) {
  int64_t depth = 0;
  for (const LayerSpec& spec : specs) {
    if (const auto* residual = std::get_if<ResidualSpec>(&spec.kind)) {
      depth = std::max(depth, 1 + Depth(residual->layers));
    }
  }
  return depth;
}

double CountParameters(const std::vector<LayerSpec>& specs, int64_t inputs) {
  double parameters = 0;
  for (const LayerSpec& spec : specs) {
    std::visit(
        [&](const auto& kind) {
          parameters += kind.Parameters(inputs);
          inputs = kind.Outputs(inputs);
        },
        spec.kind);
  }
  return parameters;
}

int64_t CheckPlaces(const std::vector<LayerSpec>& specs, bool first, int64_t inputs, const std::string& path,
                    Faults& faults) {
  for (std::size_t i = 0; i < specs.size(); ++i) {
    std::visit(
        [&](const auto& kind) {
          if constexpr (requires { kind.CheckPlace(first, inputs, path, faults); }) {
            kind.CheckPlace(first && i == 0, inputs, absl::StrCat(path, "[", i, "].", kind.kName), faults);
          }
          inputs = kind.Outputs(inputs);
        },
        specs[i].kind);
  }
  return inputs;
}

}  // namespace traind::engine
