// The losses that training can minimize: each is registered here.
#ifndef TRAIND_ENGINE_LOSSES_LOSS_SPEC_H_
#define TRAIND_ENGINE_LOSSES_LOSS_SPEC_H_

#include <memory>
#include <variant>

#include "engine/losses/binary_crossentropy.h"
#include "engine/losses/binary_focal_crossentropy.h"
#include "engine/losses/categorical_crossentropy.h"
#include "engine/losses/categorical_focal_crossentropy.h"
#include "engine/losses/hinge.h"
#include "engine/losses/huber.h"
#include "engine/losses/mean_absolute_error.h"
#include "engine/losses/mean_squared_error.h"
#include "engine/losses/poisson.h"

namespace traind::engine {

// Beside its fields a kind has:
//   static constexpr LabelKind kLabels;
//   static constexpr OutputActivation kBrings;     the activation that the network ends with and the loss computes
//   static constexpr float kThreshold;             kBinary only: the prediction above which class 1 is meant
//   std::unique_ptr<Loss> Make() const;
using LossSpec =
    std::variant<CategoricalCrossentropySpec, BinaryCrossentropySpec, MeanSquaredErrorSpec, MeanAbsoluteErrorSpec,
                 HuberSpec, HingeSpec, PoissonSpec, CategoricalFocalCrossentropySpec, BinaryFocalCrossentropySpec>;

inline LabelKind LabelsOf(const LossSpec& loss) {
  return std::visit([](const auto& kind) { return kind.kLabels; }, loss);
}
inline OutputActivation BroughtBy(const LossSpec& loss) {
  return std::visit([](const auto& kind) { return kind.kBrings; }, loss);
}

// The prediction above which a single one means class 1. That of a single class, which is 1, never does.
inline float ThresholdOf(const LossSpec& loss) {
  return std::visit(
      []<typename Kind>(const Kind&) {
        if constexpr (Kind::kLabels == LabelKind::kBinary) {
          return Kind::kThreshold;
        } else {
          return 1.0f;
        }
      },
      loss);
}
inline std::unique_ptr<Loss> MakeLoss(const LossSpec& loss) {
  return std::visit([](const auto& kind) { return kind.Make(); }, loss);
}

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LOSSES_LOSS_SPEC_H_
