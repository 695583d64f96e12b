#include "engine/optimizers/cosine_decay_restarts.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace traind::engine {
namespace {

// Of a period: far more than rounding errors, far less than a step of any period that a training could see.
constexpr double kTolerance = 1e-9;

class CosineDecayRestarts final : public Schedule {
 public:
  CosineDecayRestarts(const CosineDecayRestartsSpec& spec, double learning_rate)
      : spec_(spec), learning_rate_(learning_rate) {}

  double LearningRate(int64_t step) const override {
    // In lengths of the first period.
    const double place = static_cast<double>(step) / static_cast<double>(spec_.first_decay_steps);
    double period = 0;
    double begin = 0;
    double length = 1;
    if (spec_.t_mul == 1) {
      period = std::floor(place + kTolerance);
      begin = period;
    } else {
      // The first i periods take (t_mul^i - 1) / (t_mul - 1).
      period = std::floor(std::log1p(place * (spec_.t_mul - 1)) / std::log(spec_.t_mul) + kTolerance);
      length = std::pow(spec_.t_mul, period);
      begin = (length - 1) / (spec_.t_mul - 1);
    }
    const double done = std::clamp((place - begin) / length, 0.0, 1.0);
    const double cosine = 0.5 * (1 + std::cos(std::numbers::pi * done));
    return learning_rate_ * ((1 - spec_.alpha) * std::pow(spec_.m_mul, period) * cosine + spec_.alpha);
  }

 private:
  const CosineDecayRestartsSpec spec_;
  const double learning_rate_;
};

}  // namespace

std::unique_ptr<Schedule> CosineDecayRestartsSpec::Make(const ScheduleScope& scope) const {
  return std::make_unique<CosineDecayRestarts>(*this, scope.learning_rate);
}

}  // namespace traind::engine
