#include "engine/optimizers/exponential_decay.h"

#include <cmath>

namespace traind::engine {
namespace {

class ExponentialDecay final : public Schedule {
 public:
  ExponentialDecay(const ExponentialDecaySpec& spec, const ScheduleScope& scope)
      : spec_(spec),
        learning_rate_(scope.learning_rate),
        decay_steps_(static_cast<double>(spec.decay_steps.value_or(scope.steps))) {}

  double LearningRate(int64_t step) const override {
    const double decays = static_cast<double>(step) / decay_steps_;
    return learning_rate_ * std::pow(spec_.decay_rate, spec_.staircase ? std::floor(decays) : decays);
  }

 private:
  const ExponentialDecaySpec spec_;
  const double learning_rate_;
  const double decay_steps_;
};

}  // namespace

std::unique_ptr<Schedule> ExponentialDecaySpec::Make(const ScheduleScope& scope) const {
  return std::make_unique<ExponentialDecay>(*this, scope);
}

}  // namespace traind::engine
