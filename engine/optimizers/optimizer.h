// How a step changes the weights.
#ifndef TRAIND_ENGINE_OPTIMIZERS_OPTIMIZER_H_
#define TRAIND_ENGINE_OPTIMIZERS_OPTIMIZER_H_

#include <cstdint>
#include <span>

#include "engine/core/state_visitor.h"

namespace traind::engine {

inline constexpr double kMaxLearningRate = 1'000.0;

// Works on all weights of a network as one array, in one pass. A weight that is 0 and whose gradient has always been 0
// stays 0, as the padding between and inside weights must.
class Optimizer {
 public:
  virtual ~Optimizer() = default;

  // Begins a step: computes what its Move calls share.
  virtual void BeginStep(double learning_rate) = 0;

  // Moves the weights from index `begin` on, as many as are given, along their gradients. Within a step every weight
  // is moved once, in ranges that may be given from several threads at a time. Allocates nothing.
  virtual void Move(int64_t begin, std::span<const float> gradients, std::span<float> weights) = 0;

  // What it keeps from step to step.
  virtual void VisitState(StateVisitor& visit) = 0;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPTIMIZERS_OPTIMIZER_H_
