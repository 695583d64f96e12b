// Squares for small errors, absolute values for large ones.
#ifndef TRAIND_ENGINE_LOSSES_HUBER_H_
#define TRAIND_ENGINE_LOSSES_HUBER_H_

#include <memory>

#include "engine/core/fields.h"
#include "engine/losses/loss.h"

namespace traind::engine {

// A row's loss is the mean over its outputs, of error e = output - target, of e^2 / 2 where |e| is at most delta, else
// of delta |e| - delta^2 / 2: one tangent at delta, so that outliers pull no harder than that (Huber 1964).
struct HuberSpec {
  static constexpr const char* kName = "huber";
  static constexpr LabelKind kLabels = LabelKind::kTargets;
  static constexpr OutputActivation kBrings = OutputActivation::kNone;
  double delta = 1.0;  // where one becomes the other, in units of the targets

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("delta", self.delta, AboveZero(1e6));
  }
  std::unique_ptr<Loss> Make() const;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LOSSES_HUBER_H_
