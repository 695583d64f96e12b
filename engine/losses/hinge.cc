#include "engine/losses/hinge.h"

#include "engine/losses/elementwise_loss.h"

namespace traind::engine {
namespace {

class Hinge final : public Loss {
 public:
  double Compute(const LossBatch& batch) const override {
    return ComputeElementwise(batch, [&](double output, int64_t index) -> ElementLoss {
      const Labels& labels = batch.labels;
      const double y = labels.classes == nullptr ? labels.targets[index] : labels.classes[index] == 1 ? 1 : -1;
      const double missing = 1 - y * output;
      // Written so that NaN comes out.
      if (missing <= 0) return {.loss = 0, .derivative = 0, .prediction = output};
      return {.loss = missing, .derivative = -y, .prediction = output};
    });
  }
};

}  // namespace

std::unique_ptr<Loss> HingeSpec::Make() const { return std::make_unique<Hinge>(); }

}  // namespace traind::engine
