// Softmax and cross-entropy in one.
#ifndef TRAIND_ENGINE_LOSSES_CATEGORICAL_CROSSENTROPY_H_
#define TRAIND_ENGINE_LOSSES_CATEGORICAL_CROSSENTROPY_H_

#include <memory>

#include "engine/core/fields.h"
#include "engine/losses/loss.h"

namespace traind::engine {

struct CategoricalCrossentropySpec {
  static constexpr const char* kName = "categorical_crossentropy";
  static constexpr LabelKind kLabels = LabelKind::kClasses;
  static constexpr OutputActivation kBrings = OutputActivation::kSoftmax;
  double label_smoothing = 0.0;

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("label_smoothing", self.label_smoothing, Share());
  }
  std::unique_ptr<Loss> Make() const;
};

// -log(softmax(logits)[label]) = log(sum(exp(logits - max))) + max - logits[label], finite for any finite logits; the
// gradient is (softmax(logits) - onehot(label)) / rows. Labels are classes below `width`. With label smoothing s, the
// one of onehot(label) is spread: each class gets s / width and the label's 1 - s more (Szegedy et al. 2016).
class CategoricalCrossentropy final : public Loss {
 public:
  explicit CategoricalCrossentropy(const CategoricalCrossentropySpec& spec) : spec_(spec) {}

  double Compute(const LossBatch& batch) const override;

 private:
  double ComputeBlock(const LossBatch& batch, int64_t first, int64_t rows) const;

  const CategoricalCrossentropySpec spec_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LOSSES_CATEGORICAL_CROSSENTROPY_H_
