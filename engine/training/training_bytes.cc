#include "engine/training/training_bytes.h"

#include <algorithm>
#include <array>
#include <variant>

#include "engine/core/aligned_buffer.h"
#include "engine/data/split.h"
#include "engine/training/lowering.h"

namespace traind::engine {
namespace {

constexpr int64_t kFloat = sizeof(float);

int64_t Moments(const OptimizerSpec& optimizer) {
  if (const auto* sgd = std::get_if<SgdSpec>(&optimizer)) return sgd->momentum == 0 ? 0 : 1;
  return 2;
}

// Weights, gradients and moments in use, and two plain copies: the export, and its safetensors.
int64_t WeightBytes(const Network& network, const OptimizerSpec& optimizer) {
  int64_t floats = 0;
  for (const WeightDefinition& weight : network.weights()) {
    const int64_t arrays = weight.trainable ? 2 + Moments(optimizer) : 1;
    floats += arrays * AlignedBuffer::Aligned(weight.layout.floats()) + 2 * weight.size();
  }
  return floats * kFloat;
}

// Every layer's output is kept; gradients take turns in two buffers.
int64_t ActivationBytes(const Network& network, int64_t rows) {
  int64_t outputs = 0;
  std::array<int64_t, 2> gradients = {};
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const int64_t size = rows * network.layers[i].layer->outputs();
    outputs += size;
    gradients[i % 2] = std::max(gradients[i % 2], size);
  }
  return (outputs + gradients[0] + gradients[1]) * kFloat;
}

// The scratchpad that all ops share: for the gradient of a kernel oneDNN copies the layer's input and output gradient.
int64_t ScratchpadBytes(const Network& network, int64_t rows) {
  int64_t widest = 0;
  for (const NetworkLayer& layer : network.layers) {
    const bool has_kernel =
        std::ranges::any_of(layer.layer->weights(), [](const auto& w) { return w.shape.size() == 2; });
    if (has_kernel) widest = std::max(widest, layer.layer->inputs() + layer.layer->outputs());
  }
  return rows * widest * kFloat;
}

// What the layers of one program keep for themselves.
int64_t LayerBytes(const Network& network, int64_t rows) {
  int64_t bytes = 0;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    bytes += network.layers[i].layer->training_bytes(rows, /*input_gradient=*/i > 0);
  }
  return bytes;
}

}  // namespace

int64_t TrainingBytes(const Network& network, const TrainingSpec& spec, const DatasetShape& shape, int64_t rows) {
  const int64_t training_rows = CountTrainingRows(shape.rows, spec.validation_split);
  const int64_t batch = rows * (shape.features + 1) * kFloat;
  const int64_t row_indices = (shape.rows + training_rows) * static_cast<int64_t>(sizeof(int64_t));
  const int64_t last = training_rows % rows;  // a short last batch has a program of its own
  return WeightBytes(network, spec.optimizer) + ActivationBytes(network, rows) + LayerBytes(network, rows) +
         (last > 0 ? LayerBytes(network, last) : 0) + ScratchpadBytes(network, rows) + batch + row_indices;
}

absl::StatusOr<int64_t> EstimateTrainingBytes(const TrainingSpec& spec, const DatasetShape& shape) {
  const int64_t rows = std::min(spec.batch_size, CountTrainingRows(shape.rows, spec.validation_split));
  auto network = LowerModel(spec.model, shape.features, rows);
  if (!network.ok()) return network.status();
  return TrainingBytes(*network, spec, shape, rows);
}

}  // namespace traind::engine
