#include "engine/optimizers/schedule_spec.h"

namespace traind::engine {

std::unique_ptr<Schedule> MakeSchedule(const ScheduleSpec& spec, const ScheduleScope& scope) {
  return std::visit([&](const auto& kind) { return kind.Make(scope); }, spec.kind);
}

}  // namespace traind::engine
