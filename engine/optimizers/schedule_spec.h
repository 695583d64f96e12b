// The schedules of the learning rate: each is registered here.
#ifndef TRAIND_ENGINE_OPTIMIZERS_SCHEDULE_SPEC_H_
#define TRAIND_ENGINE_OPTIMIZERS_SCHEDULE_SPEC_H_

#include <cstdint>
#include <memory>
#include <variant>

#include "engine/core/fields.h"
#include "engine/optimizers/constant.h"
#include "engine/optimizers/cosine_decay.h"
#include "engine/optimizers/cosine_decay_restarts.h"
#include "engine/optimizers/exponential_decay.h"
#include "engine/optimizers/one_cycle.h"
#include "engine/optimizers/polynomial_decay.h"
#include "engine/optimizers/reduce_on_plateau.h"
#include "engine/optimizers/schedule.h"
#include "engine/optimizers/step_decay.h"

namespace traind::engine {

// Beside its fields a kind has:
//   std::unique_ptr<Schedule> Make(const ScheduleScope&) const;
// A number of steps that is not set is all of the scope's. One larger than that only means that training ends before
// the schedule does.
using ScheduleKind = std::variant<ConstantSpec, StepDecaySpec, ExponentialDecaySpec, PolynomialDecaySpec,
                                  CosineDecaySpec, CosineDecayRestartsSpec, OneCycleSpec, ReduceOnPlateauSpec>;

// The first `warmup_steps` updates raise the learning rate in equal steps to that with which the schedule begins: the
// k-th of them, from 1, has k / warmup_steps of it, so none is wasted on a rate of 0 and the last has all. Then the
// schedule begins, its steps counted from there. If training is shorter than the warm-up, it ends within it.
struct ScheduleSpec {
  ScheduleKind kind = {};
  int64_t warmup_steps = 0;

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit.OneOf(self.kind);
    visit("warmup_steps", self.warmup_steps, WholeRange{0, 1'000'000'000});
  }
};

// `scope.steps` counts all updates, those of the warm-up included.
std::unique_ptr<Schedule> MakeSchedule(const ScheduleSpec& spec, const ScheduleScope& scope);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPTIMIZERS_SCHEDULE_SPEC_H_
