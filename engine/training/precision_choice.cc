#include "engine/training/precision_choice.h"

namespace traind::engine {

absl::StatusOr<Precision> ChoosePrecision(Precision wanted, bool available) {
  if (wanted == Precision::kAuto) return available ? Precision::kBf16Mixed : Precision::kFloat32;
  if (wanted == Precision::kBf16Mixed && !available) {
    return absl::FailedPreconditionError(
        "precision is BF16_MIXED and this processor has no bfloat16 instructions (AVX512_BF16); take AUTO, which falls "
        "back to FLOAT32, or FLOAT32");
  }
  return wanted;
}

}  // namespace traind::engine
