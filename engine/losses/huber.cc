#include "engine/losses/huber.h"

#include <cmath>

#include "engine/losses/elementwise_loss.h"

namespace traind::engine {
namespace {

class Huber final : public Loss {
 public:
  explicit Huber(const HuberSpec& spec) : spec_(spec) {}

  double Compute(const LossBatch& batch) const override {
    const double delta = spec_.delta;
    return ComputeElementwise(batch, [&](double output, int64_t index) -> ElementLoss {
      const double error = output - batch.labels.targets[index];
      if (std::abs(error) <= delta) return {.loss = error * error / 2, .derivative = error, .prediction = output};
      return {.loss = delta * std::abs(error) - delta * delta / 2,
              .derivative = std::copysign(delta, error),
              .prediction = output};
    });
  }

 private:
  const HuberSpec spec_;
};

}  // namespace

std::unique_ptr<Loss> HuberSpec::Make() const { return std::make_unique<Huber>(*this); }

}  // namespace traind::engine
