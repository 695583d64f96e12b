// A function of each value.
#ifndef TRAIND_ENGINE_LAYERS_ACTIVATION_H_
#define TRAIND_ENGINE_LAYERS_ACTIVATION_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/layers/layer.h"

namespace traind::engine {

// outputs = max(inputs, 0). No weights. For a relu that does not follow batch normalization, which brings its own.
class Relu final : public Layer {
 public:
  explicit Relu(int64_t width) : width_(width) {}

  int64_t inputs() const override { return width_; }
  int64_t outputs() const override { return width_; }
  std::vector<WeightDefinition> weights() const override { return {}; }
  absl::StatusOr<std::unique_ptr<CompiledLayer>> Compile(const LayerBuffers& buffers) const override;

 private:
  const int64_t width_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LAYERS_ACTIVATION_H_
