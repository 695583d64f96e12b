// Binary cross-entropy that attends to what is not yet learned.
#ifndef TRAIND_ENGINE_LOSSES_BINARY_FOCAL_CROSSENTROPY_H_
#define TRAIND_ENGINE_LOSSES_BINARY_FOCAL_CROSSENTROPY_H_

#include <memory>

#include "engine/core/fields.h"
#include "engine/losses/loss.h"

namespace traind::engine {

// For each output x, p = sigmoid(x) and its target z (see BinaryTarget): the binary cross-entropy of x times q^gamma,
// where q = z (1 - p) + (1 - z) p is the chance to be wrong (Lin et al. 2017), and times z alpha + (1 - z) (1 - alpha)
// with class balancing. A row's loss is the mean over its outputs. As Keras's, but from logits and without clipping:
// finite for any finite logits.
struct BinaryFocalCrossentropySpec {
  static constexpr const char* kName = "binary_focal_crossentropy";
  static constexpr LabelKind kLabels = LabelKind::kBinary;
  static constexpr OutputActivation kBrings = OutputActivation::kSigmoid;
  static constexpr float kThreshold = 0.5f;
  bool apply_class_balancing = false;  // whether class 1 counts alpha times and class 0 1 - alpha times
  double alpha = 0.25;
  double gamma = 2.0;  // 0: binary cross-entropy

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("apply_class_balancing", self.apply_class_balancing);
    visit("alpha", self.alpha, Between(0, 1));
    visit("gamma", self.gamma, Between(0, 100));
  }
  std::unique_ptr<Loss> Make() const;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LOSSES_BINARY_FOCAL_CROSSENTROPY_H_
