// How the learning rate changes while training.
#ifndef TRAIND_ENGINE_OPTIMIZERS_SCHEDULE_H_
#define TRAIND_ENGINE_OPTIMIZERS_SCHEDULE_H_

#include <cstdint>
#include <map>
#include <string>

#include "engine/core/state_visitor.h"

namespace traind::engine {

inline constexpr int64_t kMaxScheduleSteps = 1'000'000'000'000;

// What a schedule is made for.
struct ScheduleScope {
  double learning_rate = 0;  // the optimizer's
  int64_t steps = 0;         // updates of the weights that it is spread over, at least 1: all that are to come
};

class Schedule {
 public:
  virtual ~Schedule() = default;

  // For the update of the weights that comes after `step` others, which may be more than the scope's: a schedule that
  // has come to its end stays there. Above 0 or 0.
  virtual double LearningRate(int64_t step) const = 0;

  // Told after every epoch what it reported.
  virtual void EpochEnded(const std::map<std::string, double>& /*metrics*/) {}

  // What it keeps from epoch to epoch.
  virtual void VisitState(StateVisitor& /*visit*/) {}
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPTIMIZERS_SCHEDULE_H_
