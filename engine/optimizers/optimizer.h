// How a step changes the weights.
#ifndef TRAIND_ENGINE_OPTIMIZERS_OPTIMIZER_H_
#define TRAIND_ENGINE_OPTIMIZERS_OPTIMIZER_H_

#include <span>

namespace traind::engine {

// Works on all weights of a network as one array, in one pass. A weight whose gradient has always been 0 is left as it
// is: the padding between and inside weights stays 0.
class Optimizer {
 public:
  virtual ~Optimizer() = default;

  // One step. Both have the size that the optimizer was made for. Allocates nothing.
  virtual void Update(std::span<float> weights, std::span<const float> gradients) = 0;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPTIMIZERS_OPTIMIZER_H_
