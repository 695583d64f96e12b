#include "engine/losses/mean_squared_error.h"

#include "engine/losses/elementwise_loss.h"

namespace traind::engine {
namespace {

class MeanSquaredError final : public Loss {
 public:
  double Compute(const LossBatch& batch) const override {
    return ComputeElementwise(batch, [&](double output, int64_t index) -> ElementLoss {
      const double error = output - batch.labels.targets[index];
      return {.loss = error * error, .derivative = 2 * error, .prediction = output};
    });
  }
};

}  // namespace

std::unique_ptr<Loss> MeanSquaredErrorSpec::Make() const { return std::make_unique<MeanSquaredError>(); }

}  // namespace traind::engine
