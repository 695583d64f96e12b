// A learning rate that falls along half a cosine.
#ifndef TRAIND_ENGINE_OPTIMIZERS_COSINE_DECAY_H_
#define TRAIND_ENGINE_OPTIMIZERS_COSINE_DECAY_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "engine/core/fields.h"
#include "engine/optimizers/schedule.h"

namespace traind::engine {

// learning_rate * ((1 - alpha) * (1 + cos(pi * step / decay_steps)) / 2 + alpha), which stays after decay_steps:
// Keras's CosineDecay (Loshchilov and Hutter 2017).
struct CosineDecaySpec {
  static constexpr const char* kName = "cosine_decay";
  std::optional<int64_t> decay_steps = {};  // all of the training
  double alpha = 0.0;

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("decay_steps", self.decay_steps, WholeRange{1, kMaxScheduleSteps});
    visit("alpha", self.alpha, Between(0, 1));
  }
  std::unique_ptr<Schedule> Make(const ScheduleScope& scope) const;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPTIMIZERS_COSINE_DECAY_H_
