// Batch normalization, with the relu that follows it if there is one.
#ifndef TRAIND_ENGINE_LAYERS_BATCH_NORMALIZATION_H_
#define TRAIND_ENGINE_LAYERS_BATCH_NORMALIZATION_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/layers/layer.h"

namespace traind::engine {

struct BatchNormalizationConfig {
  std::string name;
  int64_t width = 0;
  double momentum = 0.99;
  double epsilon = 1e-3;
  bool center = true;
  bool scale = true;
  bool relu = false;  // whether outputs below 0 become 0
};

// outputs = gamma * (inputs - mean) / sqrt(variance + epsilon) + beta (Ioffe and Szegedy 2015), with the statistics of
// the batch while training. Each forward pass then moves the moving statistics as Keras does:
//   moving = momentum * moving + (1 - momentum) * batch's
// with the biased variance; inference uses those. Weights, each [width]: `weight` (gamma) if scale, `bias` (beta) if
// center, `running_mean`, `running_var`.
class BatchNormalization final : public Layer {
 public:
  explicit BatchNormalization(BatchNormalizationConfig config);

  int64_t inputs() const override { return config_.width; }
  int64_t outputs() const override { return config_.width; }
  std::vector<WeightDefinition> weights() const override;
  int64_t training_bytes(int64_t rows, bool input_gradient) const override;
  absl::StatusOr<std::unique_ptr<CompiledLayer>> Compile(const LayerBuffers& buffers) const override;

 private:
  const BatchNormalizationConfig config_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LAYERS_BATCH_NORMALIZATION_H_
