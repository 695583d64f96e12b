// A learning rate that falls in steps.
#ifndef TRAIND_ENGINE_OPTIMIZERS_STEP_DECAY_H_
#define TRAIND_ENGINE_OPTIMIZERS_STEP_DECAY_H_

#include <cstdint>
#include <memory>

#include "engine/core/fields.h"
#include "engine/optimizers/schedule.h"

namespace traind::engine {

// learning_rate * gamma^floor(step / step_size): PyTorch's StepLR, of updates.
struct StepDecaySpec {
  static constexpr const char* kName = "step_decay";
  int64_t step_size = 0;
  double gamma = 0.1;

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("step_size", self.step_size, WholeRange{1, kMaxScheduleSteps});
    visit("gamma", self.gamma, Between(0, 1));
  }
  std::unique_ptr<Schedule> Make(const ScheduleScope& scope) const;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPTIMIZERS_STEP_DECAY_H_
