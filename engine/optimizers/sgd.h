// Stochastic gradient descent.
#ifndef TRAIND_ENGINE_OPTIMIZERS_SGD_H_
#define TRAIND_ENGINE_OPTIMIZERS_SGD_H_

#include <cstdint>

#include "engine/core/aligned_buffer.h"
#include "engine/optimizers/optimizer.h"

namespace traind::engine {

// velocity = momentum * velocity - learning_rate * gradient; weight += velocity (Keras's form of Polyak's momentum).
class Sgd final : public Optimizer {
 public:
  // For `size` weights. Without momentum no velocity is kept.
  Sgd(double learning_rate, double momentum, int64_t size);

  void Update(std::span<float> weights, std::span<const float> gradients) override;

 private:
  const float learning_rate_;
  const float momentum_;
  AlignedBuffer velocity_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPTIMIZERS_SGD_H_
