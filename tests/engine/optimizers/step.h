// One step of an optimizer on its own.
#ifndef TRAIND_TESTS_ENGINE_OPTIMIZERS_STEP_H_
#define TRAIND_TESTS_ENGINE_OPTIMIZERS_STEP_H_

#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/optimizers/optimizer.h"

namespace traind::engine {

// Moves all weights, in two ranges.
inline void Step(Optimizer& optimizer, double learning_rate, std::vector<float>& weights,
                 const std::vector<float>& gradients) {
  optimizer.BeginStep(learning_rate);
  const std::size_t half = std::min<std::size_t>(weights.size(), 16);
  const std::span<float> all(weights);
  const std::span<const float> all_gradients(gradients);
  optimizer.Move(0, all_gradients.first(half), all.first(half));
  optimizer.Move(static_cast<int64_t>(half), all_gradients.subspan(half), all.subspan(half));
}

}  // namespace traind::engine

#endif  // TRAIND_TESTS_ENGINE_OPTIMIZERS_STEP_H_
