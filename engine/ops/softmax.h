// Logits to probabilities.
#ifndef TRAIND_ENGINE_OPS_SOFTMAX_H_
#define TRAIND_ENGINE_OPS_SOFTMAX_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "engine/ops/op.h"

namespace traind::engine {

// oneDNN's `softmax` over each row of src [rows, columns], row-major: dst = exp(src - max) / sum(exp(src - max)).
// Finite for any finite src. dst may be src. Forward only: while training, the loss takes the softmax's gradient with
// its own.
absl::StatusOr<Op> CreateSoftmax(const OpContext& context, int64_t rows, int64_t columns, const float* src, float* dst);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPS_SOFTMAX_H_
