// Categorical cross-entropy that attends to what is not yet learned.
#ifndef TRAIND_ENGINE_LOSSES_CATEGORICAL_FOCAL_CROSSENTROPY_H_
#define TRAIND_ENGINE_LOSSES_CATEGORICAL_FOCAL_CROSSENTROPY_H_

#include <memory>

#include "engine/core/fields.h"
#include "engine/losses/loss.h"

namespace traind::engine {

// With p = softmax(logits) and the smoothed one-hot target t of CategoricalCrossentropy, a row's loss is the sum over
// the classes of -alpha t (1 - p)^gamma log(p) (Lin et al. 2017). As Keras's, but from logits and without clipping:
// finite for any finite logits.
struct CategoricalFocalCrossentropySpec {
  static constexpr const char* kName = "categorical_focal_crossentropy";
  static constexpr LabelKind kLabels = LabelKind::kClasses;
  static constexpr OutputActivation kBrings = OutputActivation::kSoftmax;
  double alpha = 0.25;  // what all classes count
  double gamma = 2.0;   // 0: alpha times categorical cross-entropy
  double label_smoothing = 0.0;

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("alpha", self.alpha, Between(0, 1e6));
    visit("gamma", self.gamma, Between(0, 100));
    visit("label_smoothing", self.label_smoothing, Share());
  }
  std::unique_ptr<Loss> Make() const;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LOSSES_CATEGORICAL_FOCAL_CROSSENTROPY_H_
