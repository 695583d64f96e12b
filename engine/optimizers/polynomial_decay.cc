#include "engine/optimizers/polynomial_decay.h"

#include <algorithm>
#include <cmath>

namespace traind::engine {
namespace {

class PolynomialDecay final : public Schedule {
 public:
  PolynomialDecay(const PolynomialDecaySpec& spec, const ScheduleScope& scope)
      : spec_(spec), learning_rate_(scope.learning_rate), decay_steps_(spec.decay_steps.value_or(scope.steps)) {}

  double LearningRate(int64_t step) const override {
    const int64_t cycles = spec_.cycle ? std::max<int64_t>(1, (step + decay_steps_ - 1) / decay_steps_) : 1;
    const auto steps = static_cast<double>(cycles) * static_cast<double>(decay_steps_);
    const double left = 1 - std::min(static_cast<double>(step), steps) / steps;
    return (learning_rate_ - spec_.end_learning_rate) * std::pow(left, spec_.power) + spec_.end_learning_rate;
  }

 private:
  const PolynomialDecaySpec spec_;
  const double learning_rate_;
  const int64_t decay_steps_;
};

}  // namespace

std::unique_ptr<Schedule> PolynomialDecaySpec::Make(const ScheduleScope& scope) const {
  return std::make_unique<PolynomialDecay>(*this, scope);
}

}  // namespace traind::engine
