#include "engine/optimizers/schedule_spec.h"

#include <algorithm>
#include <utility>

namespace traind::engine {
namespace {

class WarmUp final : public Schedule {
 public:
  WarmUp(int64_t steps, std::unique_ptr<Schedule> schedule) : steps_(steps), schedule_(std::move(schedule)) {}

  double LearningRate(int64_t step) const override {
    if (step >= steps_) return schedule_->LearningRate(step - steps_);
    return schedule_->LearningRate(0) * static_cast<double>(step + 1) / static_cast<double>(steps_);
  }

  void EpochEnded(const std::map<std::string, double>& metrics) override { schedule_->EpochEnded(metrics); }

  void VisitState(StateVisitor& visit) override { schedule_->VisitState(visit); }

 private:
  const int64_t steps_;
  const std::unique_ptr<Schedule> schedule_;
};

}  // namespace

std::unique_ptr<Schedule> MakeSchedule(const ScheduleSpec& spec, const ScheduleScope& scope) {
  const ScheduleScope after_warm_up = {.learning_rate = scope.learning_rate,
                                       .steps = std::max<int64_t>(1, scope.steps - spec.warmup_steps)};
  auto schedule = std::visit([&](const auto& kind) { return kind.Make(after_warm_up); }, spec.kind);
  if (spec.warmup_steps == 0) return schedule;
  return std::make_unique<WarmUp>(spec.warmup_steps, std::move(schedule));
}

}  // namespace traind::engine
