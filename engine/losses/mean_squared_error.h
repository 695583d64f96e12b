// The loss of least squares.
#ifndef TRAIND_ENGINE_LOSSES_MEAN_SQUARED_ERROR_H_
#define TRAIND_ENGINE_LOSSES_MEAN_SQUARED_ERROR_H_

#include <memory>

#include "engine/losses/loss.h"

namespace traind::engine {

// A row's loss is the mean over its outputs of (output - target)^2.
struct MeanSquaredErrorSpec {
  static constexpr const char* kName = "mean_squared_error";
  static constexpr LabelKind kLabels = LabelKind::kTargets;
  static constexpr OutputActivation kBrings = OutputActivation::kNone;

  template <typename Self, typename Visitor>
  static void VisitFields(Self& /*self*/, Visitor& /*visit*/) {}
  std::unique_ptr<Loss> Make() const;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LOSSES_MEAN_SQUARED_ERROR_H_
