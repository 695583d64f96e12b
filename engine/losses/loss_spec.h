// The losses that training can minimize: each is registered here.
#ifndef TRAIND_ENGINE_LOSSES_LOSS_SPEC_H_
#define TRAIND_ENGINE_LOSSES_LOSS_SPEC_H_

#include <memory>
#include <variant>

#include "engine/losses/categorical_crossentropy.h"

namespace traind::engine {

// Beside its fields a kind has:
//   static constexpr LabelKind kLabels;
//   static constexpr OutputActivation kBrings;     the activation that the network ends with and the loss computes
//   static constexpr float kThreshold;             kBinary: the prediction above which class 1 is meant
//   std::unique_ptr<Loss> Make() const;
using LossSpec = std::variant<CategoricalCrossentropySpec>;

inline LabelKind LabelsOf(const LossSpec& loss) {
  return std::visit([](const auto& kind) { return kind.kLabels; }, loss);
}
inline OutputActivation BroughtBy(const LossSpec& loss) {
  return std::visit([](const auto& kind) { return kind.kBrings; }, loss);
}
inline float ThresholdOf(const LossSpec& loss) {
  return std::visit([](const auto& kind) { return kind.kThreshold; }, loss);
}
inline std::unique_ptr<Loss> MakeLoss(const LossSpec& loss) {
  return std::visit([](const auto& kind) { return kind.Make(); }, loss);
}

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LOSSES_LOSS_SPEC_H_
