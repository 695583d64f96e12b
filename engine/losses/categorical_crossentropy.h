// Softmax and cross-entropy in one.
#ifndef TRAIND_ENGINE_LOSSES_CATEGORICAL_CROSSENTROPY_H_
#define TRAIND_ENGINE_LOSSES_CATEGORICAL_CROSSENTROPY_H_

#include "engine/losses/loss.h"

namespace traind::engine {

// -log(softmax(logits)[label]) = log(sum(exp(logits - max))) + max - logits[label], finite for any finite logits; the
// gradient is (softmax(logits) - onehot(label)) / rows. Labels are classes below `width`.
class CategoricalCrossentropy final : public Loss {
 public:
  double Compute(int64_t rows, int64_t width, const float* outputs, const Labels& labels,
                 float* gradient) const override;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LOSSES_CATEGORICAL_CROSSENTROPY_H_
