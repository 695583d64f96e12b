// For counts: the likelihood of a Poisson distribution whose rate the outputs are.
#ifndef TRAIND_ENGINE_LOSSES_POISSON_H_
#define TRAIND_ENGINE_LOSSES_POISSON_H_

#include <memory>

#include "engine/losses/loss.h"

namespace traind::engine {

// A row's loss is the mean over its outputs p and targets y of p - y log(p + 1e-7), which wants p and y not below 0:
// let the network end with a softplus, or an activation like it. Below p = 0, where Keras soon gives NaN, it is finite
// and leads back: the first p counts as 0, and the logarithm goes on as its tangent at 0. Targets are not looked at.
struct PoissonSpec {
  static constexpr const char* kName = "poisson";
  static constexpr LabelKind kLabels = LabelKind::kTargets;
  static constexpr OutputActivation kBrings = OutputActivation::kNone;

  template <typename Self, typename Visitor>
  static void VisitFields(Self& /*self*/, Visitor& /*visit*/) {}
  std::unique_ptr<Loss> Make() const;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LOSSES_POISSON_H_
