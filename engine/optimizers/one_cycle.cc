#include "engine/optimizers/one_cycle.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace traind::engine {
namespace {

double AlongCosine(double from, double to, double done) {
  return to + (from - to) * 0.5 * (1 + std::cos(std::numbers::pi * done));
}

class OneCycle final : public Schedule {
 public:
  OneCycle(const OneCycleSpec& spec, const ScheduleScope& scope)
      : first_(scope.learning_rate / spec.div_factor),
        highest_(scope.learning_rate),
        last_(first_ / spec.final_div_factor),
        top_(spec.pct_start * static_cast<double>(spec.total_steps.value_or(scope.steps)) - 1),
        end_(static_cast<double>(spec.total_steps.value_or(scope.steps)) - 1) {}

  double LearningRate(int64_t step) const override {
    const double place = std::min(static_cast<double>(step), end_);
    // With few steps the top lies before the first.
    return place < top_ ? AlongCosine(first_, highest_, place / top_)
                        : AlongCosine(highest_, last_, (place - top_) / (end_ - top_));
  }

 private:
  const double first_;
  const double highest_;
  const double last_;
  const double top_;  // the step of the highest
  const double end_;
};

}  // namespace

std::unique_ptr<Schedule> OneCycleSpec::Make(const ScheduleScope& scope) const {
  return std::make_unique<OneCycle>(*this, scope);
}

}  // namespace traind::engine
