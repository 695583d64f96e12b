// A learning rate that falls when training no longer gets better.
#ifndef TRAIND_ENGINE_OPTIMIZERS_REDUCE_ON_PLATEAU_H_
#define TRAIND_ENGINE_OPTIMIZERS_REDUCE_ON_PLATEAU_H_

#include <cstdint>
#include <memory>
#include <string>

#include "engine/core/fields.h"
#include "engine/metrics/monitor.h"
#include "engine/optimizers/optimizer.h"
#include "engine/optimizers/schedule.h"

namespace traind::engine {

// Keras's ReduceLROnPlateau: when `monitor` has not become better by more than `min_delta` for `patience` epochs (0 is
// taken as 1), the rate is multiplied by `factor`, and counting begins anew, with the epoch that is `cooldown` later or
// with the next. The rate does not fall below min_learning_rate; one that begins there or below stays. An epoch that
// does not report the figure, or reports NaN, is not better.
struct ReduceOnPlateauSpec {
  static constexpr const char* kName = "reduce_on_plateau";
  std::string monitor = "val_loss";  // a figure that epochs report
  double factor = 0.1;
  int64_t patience = 10;
  double min_delta = 1e-4;
  int64_t cooldown = 0;
  double min_learning_rate = 0.0;
  MonitorMode mode = MonitorMode::kAuto;

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("monitor", self.monitor);
    visit("factor", self.factor, RealRange{0, 1, false, false});
    visit("patience", self.patience, WholeRange{0, 100'000});
    visit("min_delta", self.min_delta, Between(0, 1e30));
    visit("cooldown", self.cooldown, WholeRange{0, 100'000});
    visit("min_learning_rate", self.min_learning_rate, Between(0, kMaxLearningRate));
    visit("mode", self.mode);
  }
  std::unique_ptr<Schedule> Make(const ScheduleScope& scope) const;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPTIMIZERS_REDUCE_ON_PLATEAU_H_
