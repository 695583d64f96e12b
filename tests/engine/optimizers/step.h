// One step of an optimizer on its own.
#ifndef TRAIND_TESTS_ENGINE_OPTIMIZERS_STEP_H_
#define TRAIND_TESTS_ENGINE_OPTIMIZERS_STEP_H_

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/optimizers/optimizer.h"

namespace traind::engine {

// Moves all weights, in two ranges.
inline void Step(Optimizer& optimizer, double learning_rate, std::span<float> weights,
                 std::span<const float> gradients) {
  optimizer.BeginStep(learning_rate);
  const std::size_t half = std::min<std::size_t>(weights.size(), 16);
  optimizer.Move(0, gradients.first(half), weights.first(half));
  optimizer.Move(static_cast<int64_t>(half), gradients.subspan(half), weights.subspan(half));
}

}  // namespace traind::engine

#endif  // TRAIND_TESTS_ENGINE_OPTIMIZERS_STEP_H_
