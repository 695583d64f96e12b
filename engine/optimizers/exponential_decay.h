// A learning rate that falls by the same share with every update.
#ifndef TRAIND_ENGINE_OPTIMIZERS_EXPONENTIAL_DECAY_H_
#define TRAIND_ENGINE_OPTIMIZERS_EXPONENTIAL_DECAY_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "engine/core/fields.h"
#include "engine/optimizers/schedule.h"

namespace traind::engine {

// learning_rate * decay_rate^(step / decay_steps), the exponent rounded down if `staircase`: Keras's ExponentialDecay.
// It goes on falling after decay_steps.
struct ExponentialDecaySpec {
  static constexpr const char* kName = "exponential_decay";
  std::optional<int64_t> decay_steps = {};  // all of the training
  double decay_rate = 0.96;
  bool staircase = false;

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("decay_steps", self.decay_steps, WholeRange{1, kMaxScheduleSteps});
    visit("decay_rate", self.decay_rate, Between(0, 1));
    visit("staircase", self.staircase);
  }
  std::unique_ptr<Schedule> Make(const ScheduleScope& scope) const;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPTIMIZERS_EXPONENTIAL_DECAY_H_
