#include "engine/optimizers/reduce_on_plateau.h"

#include <algorithm>
#include <map>

namespace traind::engine {
namespace {

class ReduceOnPlateau final : public Schedule {
 public:
  ReduceOnPlateau(const ReduceOnPlateauSpec& spec, double learning_rate)
      : spec_(spec), monitor_(spec.monitor, spec.mode, spec.min_delta), learning_rate_(learning_rate) {}

  double LearningRate(int64_t /*step*/) const override { return learning_rate_; }

  void EpochEnded(const std::map<std::string, double>& metrics) override {
    if (!monitor_.IsIn(metrics)) return;
    if (cooldown_ > 0) {
      --cooldown_;
      epochs_without_improvement_ = 0;
    }
    if (monitor_.Improves(metrics)) {
      epochs_without_improvement_ = 0;
    } else if (cooldown_ == 0 && ++epochs_without_improvement_ >= spec_.patience &&
               learning_rate_ > spec_.min_learning_rate) {
      learning_rate_ = std::max(learning_rate_ * spec_.factor, spec_.min_learning_rate);
      cooldown_ = spec_.cooldown;
      epochs_without_improvement_ = 0;
    }
  }

  void VisitState(StateVisitor& visit) override {
    visit.In("monitor", monitor_);
    visit("learning_rate", learning_rate_);
    visit("epochs_without_improvement", epochs_without_improvement_);
    visit("cooldown", cooldown_);
  }

 private:
  const ReduceOnPlateauSpec spec_;
  Monitor monitor_;
  double learning_rate_;
  int64_t epochs_without_improvement_ = 0;
  int64_t cooldown_ = 0;  // epochs left of it
};

}  // namespace

std::unique_ptr<Schedule> ReduceOnPlateauSpec::Make(const ScheduleScope& scope) const {
  return std::make_unique<ReduceOnPlateau>(*this, scope.learning_rate);
}

}  // namespace traind::engine
