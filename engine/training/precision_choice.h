// What a spec's precision means on this machine.
#ifndef TRAIND_ENGINE_TRAINING_PRECISION_CHOICE_H_
#define TRAIND_ENGINE_TRAINING_PRECISION_CHOICE_H_

#include "absl/status/statusor.h"
#include "engine/core/precision.h"
#include "engine/ops/op.h"

namespace traind::engine {

// kFloat32 or kBf16Mixed. FailedPrecondition if bfloat16 is asked for and not `available`.
absl::StatusOr<Precision> ChoosePrecision(Precision wanted, bool available = CpuHasBfloat16());

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_PRECISION_CHOICE_H_
