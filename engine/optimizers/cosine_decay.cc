#include "engine/optimizers/cosine_decay.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace traind::engine {
namespace {

class CosineDecay final : public Schedule {
 public:
  CosineDecay(const CosineDecaySpec& spec, const ScheduleScope& scope)
      : alpha_(spec.alpha),
        learning_rate_(scope.learning_rate),
        decay_steps_(static_cast<double>(spec.decay_steps.value_or(scope.steps))) {}

  double LearningRate(int64_t step) const override {
    const double done = std::min(static_cast<double>(step) / decay_steps_, 1.0);
    const double cosine = 0.5 * (1 + std::cos(std::numbers::pi * done));
    return learning_rate_ * ((1 - alpha_) * cosine + alpha_);
  }

 private:
  const double alpha_;
  const double learning_rate_;
  const double decay_steps_;
};

}  // namespace

std::unique_ptr<Schedule> CosineDecaySpec::Make(const ScheduleScope& scope) const {
  return std::make_unique<CosineDecay>(*this, scope);
}

}  // namespace traind::engine
