#include "engine/losses/poisson.h"

#include <cmath>

#include "engine/losses/elementwise_loss.h"

namespace traind::engine {
namespace {

class Poisson final : public Loss {
 public:
  double Compute(const LossBatch& batch) const override {
    constexpr double kEpsilon = 1e-7;
    return ComputeElementwise(batch, [&](double output, int64_t index) -> ElementLoss {
      const double target = batch.labels.targets[index];
      if (output < 0) {
        return {.loss = -target * (std::log(kEpsilon) + output / kEpsilon),
                .derivative = -target / kEpsilon,
                .prediction = output};
      }
      return {.loss = output - target * std::log(output + kEpsilon),
              .derivative = 1 - target / (output + kEpsilon),
              .prediction = output};
    });
  }
};

}  // namespace

std::unique_ptr<Loss> PoissonSpec::Make() const { return std::make_unique<Poisson>(); }

}  // namespace traind::engine
