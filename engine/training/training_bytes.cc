#include <algorithm>
#include <cstdint>
#include <limits>
#include <variant>

#include "engine/training/validate.h"

namespace traind::engine {
namespace {

// Sizes of specs near the limits overflow 64 bits on the way; answers beyond them are cut.
__extension__ using Wide = __int128;

int64_t Cut(Wide value) { return static_cast<int64_t>(std::min<Wide>(value, std::numeric_limits<int64_t>::max())); }

Wide WideParameters(const ModelSpec& model, int64_t features) {
  Wide parameters = 0;
  Wide width = features;
  for (const LayerSpec& layer : model.layers) {
    if (const auto* dense = std::get_if<DenseSpec>(&layer.kind)) {
      parameters += (width + (dense->use_bias ? 1 : 0)) * dense->units;
      width = dense->units;
    } else if (const auto* normalization = std::get_if<BatchNormalizationSpec>(&layer.kind)) {
      parameters += width * (2 + (normalization->center ? 1 : 0) + (normalization->scale ? 1 : 0));
    }
  }
  return parameters;
}

// Arrays of the size of the weights: themselves, their gradients, the optimizer's.
Wide WeightArrays(const OptimizerSpec& optimizer) {
  if (const auto* sgd = std::get_if<SgdSpec>(&optimizer)) return sgd->momentum == 0 ? 2 : 3;
  return 4;
}

}  // namespace

int64_t CountParameters(const ModelSpec& model, int64_t features) { return Cut(WideParameters(model, features)); }

int64_t EstimateTrainingBytes(const TrainingSpec& spec, const DatasetShape& shape) {
  Wide widths = shape.features;  // of the input and of what each layer keeps
  Wide width = shape.features;
  Wide widest = 0;
  for (const LayerSpec& layer : spec.model.layers) {
    if (const auto* dense = std::get_if<DenseSpec>(&layer.kind)) width = dense->units;
    const auto* activation = std::get_if<ActivationSpec>(&layer.kind);
    if (activation == nullptr) widths += width;
    widest = std::max(widest, width);
  }
  const Wide rows = std::min(spec.batch_size, shape.rows);
  const Wide floats =
      WeightArrays(spec.optimizer) * WideParameters(spec.model, shape.features) + rows * (widths + 2 * widest);
  const Wide row_indices = 2 * Wide{shape.rows} * static_cast<Wide>(sizeof(int64_t));
  return Cut(floats * static_cast<Wide>(sizeof(float)) + row_indices);
}

}  // namespace traind::engine
