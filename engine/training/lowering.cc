#include "engine/training/lowering.h"

#include <utility>
#include <variant>
#include <vector>

#include "engine/training/layer_names.h"

namespace traind::engine {

absl::StatusOr<Stack> LowerModel(const ModelSpec& model, int64_t features, int64_t rows, OutputActivation brought,
                                 Precision precision) {
  std::vector<LayerSpec> layers = WithLayerNames(model.layers);
  if (brought != OutputActivation::kNone && EndsWith(model, brought)) layers.pop_back();
  return Stack::Make(layers, {.inputs = features, .rows = rows, .bfloat16 = precision == Precision::kBf16Mixed});
}

bool EndsWith(const ModelSpec& model, OutputActivation activation) {
  if (activation == OutputActivation::kNone) return true;
  const auto* last = model.layers.empty() ? nullptr : std::get_if<ActivationSpec>(&model.layers.back().kind);
  return last != nullptr && last->function == (activation == OutputActivation::kSoftmax ? ActivationFunction::kSoftmax
                                                                                        : ActivationFunction::kSigmoid);
}

}  // namespace traind::engine
