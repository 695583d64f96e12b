#include "engine/losses/binary_crossentropy.h"

#include "engine/losses/binary_target.h"
#include "engine/losses/elementwise_loss.h"
#include "engine/losses/sigmoid.h"

namespace traind::engine {
namespace {

class BinaryCrossentropy final : public Loss {
 public:
  explicit BinaryCrossentropy(const BinaryCrossentropySpec& spec) : spec_(spec) {}

  double Compute(const LossBatch& batch) const override {
    return ComputeElementwise(batch, [&](float logit, int64_t index) -> ElementLoss {
      const double target = BinaryTarget(batch.labels, index, spec_.label_smoothing);
      const Sigmoid sigmoid(logit);
      // The derivative is sigmoid - target, without losing the digits of a small difference.
      return {.loss = sigmoid.Crossentropy(target),
              .derivative = (1 - target) * sigmoid.probability - target * sigmoid.complement,
              .prediction = sigmoid.probability};
    });
  }

 private:
  const BinaryCrossentropySpec spec_;
};

}  // namespace

std::unique_ptr<Loss> BinaryCrossentropySpec::Make() const { return std::make_unique<BinaryCrossentropy>(*this); }

}  // namespace traind::engine
