// The loss of support vector machines.
#ifndef TRAIND_ENGINE_LOSSES_HINGE_H_
#define TRAIND_ENGINE_LOSSES_HINGE_H_

#include <memory>

#include "engine/losses/loss.h"

namespace traind::engine {

// A row's loss is the mean over its outputs of max(0, 1 - y output). Of two classes y is -1 for the first and +1 for
// the second, and a score above 0 means the second. Targets are y themselves, to be -1 or +1 (Keras looks whether all
// of a batch are 0 or 1 and moves those; here a row's loss does not depend on its batch). Where y output is 1 the
// derivative is taken as 0.
struct HingeSpec {
  static constexpr const char* kName = "hinge";
  static constexpr LabelKind kLabels = LabelKind::kBinary;
  static constexpr OutputActivation kBrings = OutputActivation::kNone;
  static constexpr float kThreshold = 0.0f;

  template <typename Self, typename Visitor>
  static void VisitFields(Self& /*self*/, Visitor& /*visit*/) {}
  std::unique_ptr<Loss> Make() const;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LOSSES_HINGE_H_
