// Nothing.
#ifndef TRAIND_ENGINE_LAYERS_IDENTITY_H_
#define TRAIND_ENGINE_LAYERS_IDENTITY_H_

#include <cstdint>
#include <memory>

#include "engine/layers/layer.h"

namespace traind::engine {

// outputs = inputs.
class Identity final : public Layer {
 public:
  explicit Identity(int64_t width) : width_(width) {}

  int64_t inputs() const override { return width_; }
  int64_t outputs() const override { return width_; }
  bool passes_through(const LayerUse& /*use*/) const override { return true; }
  absl::StatusOr<std::unique_ptr<CompiledLayer>> Compile(const LayerUse& use,
                                                         const LayerBuffers& buffers) const override;

 private:
  const int64_t width_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LAYERS_IDENTITY_H_
