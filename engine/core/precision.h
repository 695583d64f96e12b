// The numbers that matrix products are computed from.
#ifndef TRAIND_ENGINE_CORE_PRECISION_H_
#define TRAIND_ENGINE_CORE_PRECISION_H_

#include <array>

#include "engine/core/fields.h"

namespace traind::engine {

// How a training computes. Weights, their gradients, what moves them, batch normalization's statistics and the loss are
// float32 always.
enum class Precision {
  kFloat32,
  kBf16Mixed,  // dense layers round what they multiply to bfloat16 (8 bits of precision, the range of float32) and add
               // up in float32 (Micikevicius et al. 2018; with bfloat16 no loss needs to be scaled)
  kAuto,       // kBf16Mixed where the processor computes with bfloat16, else kFloat32
};

constexpr auto NamesOf(Precision) {
  return std::to_array<EnumName<Precision>>(
      {{Precision::kFloat32, "FLOAT32"}, {Precision::kBf16Mixed, "BF16_MIXED"}, {Precision::kAuto, "AUTO"}});
}

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_CORE_PRECISION_H_
