#include "engine/losses/binary_focal_crossentropy.h"

#include <cmath>

#include "engine/losses/binary_target.h"
#include "engine/losses/elementwise_loss.h"
#include "engine/losses/sigmoid.h"

namespace traind::engine {
namespace {

class BinaryFocalCrossentropy final : public Loss {
 public:
  explicit BinaryFocalCrossentropy(const BinaryFocalCrossentropySpec& spec) : spec_(spec) {}

  double Compute(const LossBatch& batch) const override {
    return ComputeElementwise(batch, [&](float logit, int64_t index) { return Element(batch.labels, logit, index); });
  }

 private:
  ElementLoss Element(const Labels& labels, float logit, int64_t index) const {
    const double z = BinaryTarget(labels, index);
    const Sigmoid sigmoid(logit);
    const double p = sigmoid.probability;
    const double wrong = z * sigmoid.complement + (1 - z) * p;
    const double balance = spec_.apply_class_balancing ? z * spec_.alpha + (1 - z) * (1 - spec_.alpha) : 1;
    const double focus = balance * std::pow(static_cast<float>(wrong), static_cast<float>(spec_.gamma));
    const double crossentropy = sigmoid.Crossentropy(z);
    // The derivative of `wrong` over `wrong`, which stays below 1 as both go to 0.
    const double slope = wrong > 0 ? (1 - 2 * z) * p * sigmoid.complement / wrong : 0;
    const double crossentropy_slope = (1 - z) * p - z * sigmoid.complement;
    return {.loss = focus * crossentropy,
            .derivative = focus * (spec_.gamma * slope * crossentropy + crossentropy_slope),
            .prediction = p};
  }

  const BinaryFocalCrossentropySpec spec_;
};

}  // namespace

std::unique_ptr<Loss> BinaryFocalCrossentropySpec::Make() const {
  return std::make_unique<BinaryFocalCrossentropy>(*this);
}

}  // namespace traind::engine
