// A learning rate that falls along a power of what is left of the steps.
#ifndef TRAIND_ENGINE_OPTIMIZERS_POLYNOMIAL_DECAY_H_
#define TRAIND_ENGINE_OPTIMIZERS_POLYNOMIAL_DECAY_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "engine/core/fields.h"
#include "engine/optimizers/optimizer.h"
#include "engine/optimizers/schedule.h"

namespace traind::engine {

// (learning_rate - end_learning_rate) * (1 - step / decay_steps)^power + end_learning_rate, which stays after
// decay_steps: Keras's PolynomialDecay. If `cycle`, decay_steps is instead the least multiple of it that is no less
// than step, so that the rate jumps up after each and comes down again.
struct PolynomialDecaySpec {
  static constexpr const char* kName = "polynomial_decay";
  std::optional<int64_t> decay_steps = {};  // all of the training
  double end_learning_rate = 0.0001;
  double power = 1.0;
  bool cycle = false;

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("decay_steps", self.decay_steps, WholeRange{1, kMaxScheduleSteps});
    visit("end_learning_rate", self.end_learning_rate, Between(0, kMaxLearningRate));
    visit("power", self.power, AboveZero(100));
    visit("cycle", self.cycle);
  }
  std::unique_ptr<Schedule> Make(const ScheduleScope& scope) const;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPTIMIZERS_POLYNOMIAL_DECAY_H_
