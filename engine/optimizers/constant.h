// A learning rate that stays.
#ifndef TRAIND_ENGINE_OPTIMIZERS_CONSTANT_H_
#define TRAIND_ENGINE_OPTIMIZERS_CONSTANT_H_

#include <memory>

#include "engine/optimizers/schedule.h"

namespace traind::engine {

struct ConstantSpec {
  static constexpr const char* kName = "constant";

  template <typename Self, typename Visitor>
  static void VisitFields(Self& /*self*/, Visitor& /*visit*/) {}
  std::unique_ptr<Schedule> Make(const ScheduleScope& scope) const;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPTIMIZERS_CONSTANT_H_
