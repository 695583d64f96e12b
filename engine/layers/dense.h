// A fully connected layer.
#ifndef TRAIND_ENGINE_LAYERS_DENSE_H_
#define TRAIND_ENGINE_LAYERS_DENSE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/layers/initializer.h"
#include "engine/layers/layer.h"

namespace traind::engine {

struct DenseConfig {
  std::string name;
  int64_t inputs = 0;
  int64_t units = 0;
  bool use_bias = true;
  // Whether batch normalization follows. It takes away whatever the bias adds, so the bias's gradient is 0 by
  // mathematics: none is computed, and the bias keeps its initial value. It still counts, in forward passes and
  // exports.
  bool bias_is_cancelled = false;
  Initializer kernel_initializer = Initializer::kGlorotUniform;
  Initializer bias_initializer = Initializer::kZeros;
};

// outputs = inputs x transpose(weight) + bias. Weights: `weight` [units, inputs], `bias` [units] if there is one.
class Dense final : public Layer {
 public:
  // `weight_layout` is how the weight and its gradient lie in memory, for every batch size that will be compiled.
  Dense(DenseConfig config, Layout weight_layout);

  int64_t inputs() const override { return config_.inputs; }
  int64_t outputs() const override { return config_.units; }
  std::vector<WeightDefinition> weights() const override;
  absl::StatusOr<std::unique_ptr<CompiledLayer>> Compile(const LayerBuffers& buffers) const override;

 private:
  const DenseConfig config_;
  const Layout weight_layout_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LAYERS_DENSE_H_
