#include "engine/optimizers/step_decay.h"

#include <cmath>

namespace traind::engine {
namespace {

class StepDecay final : public Schedule {
 public:
  StepDecay(const StepDecaySpec& spec, double learning_rate) : spec_(spec), learning_rate_(learning_rate) {}

  double LearningRate(int64_t step) const override {
    const int64_t falls = step / spec_.step_size;
    return learning_rate_ * std::pow(spec_.gamma, static_cast<double>(falls));
  }

 private:
  const StepDecaySpec spec_;
  const double learning_rate_;
};

}  // namespace

std::unique_ptr<Schedule> StepDecaySpec::Make(const ScheduleScope& scope) const {
  return std::make_unique<StepDecay>(*this, scope.learning_rate);
}

}  // namespace traind::engine
