// What must be right about a model as a whole.
#ifndef TRAIND_ENGINE_TRAINING_CHECK_MODEL_H_
#define TRAIND_ENGINE_TRAINING_CHECK_MODEL_H_

#include <cstdint>
#include <optional>

#include "engine/core/faults.h"
#include "engine/training/spec.h"

namespace traind::engine {

// Adds the faults of a model as a whole: how many layers, their names, what it begins and ends with. Those of single
// values are check_fields.h's to find.
void CheckModel(const ModelSpec& model, Faults& faults);

// The last layer with weights, if it is a dense one.
std::optional<std::size_t> OutputDense(const ModelSpec& model);

// Whether some layer cannot learn from a batch of one row; batch normalization cannot.
bool NeedsTwoRows(const std::vector<LayerSpec>& layers);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_CHECK_MODEL_H_
