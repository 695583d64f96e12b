// Where a training left the range of float32, found afterwards, so that no step pays for it.
#ifndef TRAIND_ENGINE_TRAINING_DIVERGENCE_H_
#define TRAIND_ENGINE_TRAINING_DIVERGENCE_H_

#include <span>
#include <string>

#include "engine/layers/weights.h"
#include "engine/training/program.h"

namespace traind::engine {

// What was NaN or infinite first, as far as can be told.
struct Divergence {
  enum class Of { kOutput, kGradient, kWeight };
  Of of = Of::kOutput;
  std::string layer;  // its name, which is that before the dot in the names of its weights
};

// Whether no number is NaN or infinite.
bool AllFinite(std::span<const float> values);

// After a step that lost the loss, `program` being what has just run forward; or, with null, after one that lost a
// weight. Weights that are bad were lost by the update before: gradients pass from the last layer to the first, so it
// began in the last that has any. If they are good it began in the first layer whose output is bad, or else in the last
// of all, whose outputs were too much for the loss.
Divergence FindDivergence(const Weights& weights, const Program* program);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_DIVERGENCE_H_
