// Sigmoid and cross-entropy in one.
#ifndef TRAIND_ENGINE_LOSSES_BINARY_CROSSENTROPY_H_
#define TRAIND_ENGINE_LOSSES_BINARY_CROSSENTROPY_H_

#include <memory>

#include "engine/core/fields.h"
#include "engine/losses/loss.h"

namespace traind::engine {

// For each output x and its target z (see BinaryTarget), -z log(sigmoid(x)) - (1 - z) log(1 - sigmoid(x)), the mean of
// which over the outputs is a row's loss; the derivative is sigmoid(x) - z. Finite for any finite logits.
struct BinaryCrossentropySpec {
  static constexpr const char* kName = "binary_crossentropy";
  static constexpr LabelKind kLabels = LabelKind::kBinary;
  static constexpr OutputActivation kBrings = OutputActivation::kSigmoid;
  static constexpr float kThreshold = 0.5f;
  double label_smoothing = 0.0;

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("label_smoothing", self.label_smoothing, Share());
  }
  std::unique_ptr<Loss> Make() const;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LOSSES_BINARY_CROSSENTROPY_H_
