#include "engine/losses/mean_absolute_error.h"

#include <cmath>

#include "engine/losses/elementwise_loss.h"

namespace traind::engine {
namespace {

class MeanAbsoluteError final : public Loss {
 public:
  double Compute(const LossBatch& batch) const override {
    return ComputeElementwise(batch, [&](double output, int64_t index) -> ElementLoss {
      const double error = output - batch.labels.targets[index];
      const double sign = error > 0 ? 1 : error < 0 ? -1 : 0;
      return {.loss = std::abs(error), .derivative = sign, .prediction = output};
    });
  }
};

}  // namespace

std::unique_ptr<Loss> MeanAbsoluteErrorSpec::Make() const { return std::make_unique<MeanAbsoluteError>(); }

}  // namespace traind::engine
