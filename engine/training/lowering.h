// From a model's spec to the layers that run.
#ifndef TRAIND_ENGINE_TRAINING_LOWERING_H_
#define TRAIND_ENGINE_TRAINING_LOWERING_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "engine/layers/stack.h"
#include "engine/losses/loss.h"
#include "engine/training/spec.h"

namespace traind::engine {

// The layers of a model without faults, for rows of `features` numbers. An activation that the model ends with and the
// loss brings is left out. Weights lie in memory as is fastest for `rows` rows.
absl::StatusOr<Stack> LowerModel(const ModelSpec& model, int64_t features, int64_t rows, OutputActivation brought,
                                 Precision precision = Precision::kFloat32);

// Whether the model ends with that activation; every model does with kNone.
bool EndsWith(const ModelSpec& model, OutputActivation activation);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_LOWERING_H_
