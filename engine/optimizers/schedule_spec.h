// The schedules of the learning rate: each is registered here.
#ifndef TRAIND_ENGINE_OPTIMIZERS_SCHEDULE_SPEC_H_
#define TRAIND_ENGINE_OPTIMIZERS_SCHEDULE_SPEC_H_

#include <cstdint>
#include <memory>
#include <variant>

#include "engine/core/fields.h"
#include "engine/optimizers/constant.h"
#include "engine/optimizers/schedule.h"

namespace traind::engine {

// Beside its fields a kind has:
//   std::unique_ptr<Schedule> Make(const ScheduleScope&) const;
using ScheduleKind = std::variant<ConstantSpec>;

// The first `warmup_steps` updates raise the learning rate from 0 to the optimizer's in equal steps; then the schedule
// begins, its steps counted from there.
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
