// A learning rate that falls along half a cosine, again and again.
#ifndef TRAIND_ENGINE_OPTIMIZERS_COSINE_DECAY_RESTARTS_H_
#define TRAIND_ENGINE_OPTIMIZERS_COSINE_DECAY_RESTARTS_H_

#include <cstdint>
#include <memory>

#include "engine/core/fields.h"
#include "engine/optimizers/schedule.h"

namespace traind::engine {

// Keras's CosineDecayRestarts (Loshchilov and Hutter 2017): period i, from 0, has first_decay_steps * t_mul^i steps, in
// which the share `done` goes from 0 to 1, and the rate is
//   learning_rate * ((1 - alpha) * m_mul^i * (1 + cos(pi * done)) / 2 + alpha)
struct CosineDecayRestartsSpec {
  static constexpr const char* kName = "cosine_decay_restarts";
  int64_t first_decay_steps = 0;
  double t_mul = 2.0;
  double m_mul = 1.0;
  double alpha = 0.0;

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("first_decay_steps", self.first_decay_steps, WholeRange{1, kMaxScheduleSteps});
    visit("t_mul", self.t_mul, Between(1, 1'000));
    visit("m_mul", self.m_mul, Between(0, 1'000));
    visit("alpha", self.alpha, Between(0, 1));
  }
  std::unique_ptr<Schedule> Make(const ScheduleScope& scope) const;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPTIMIZERS_COSINE_DECAY_RESTARTS_H_
