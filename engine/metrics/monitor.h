// Watches one figure from epoch to epoch.
#ifndef TRAIND_ENGINE_METRICS_MONITOR_H_
#define TRAIND_ENGINE_METRICS_MONITOR_H_

#include <array>
#include <map>
#include <string>

#include "engine/core/fields.h"
#include "engine/core/state_visitor.h"

namespace traind::engine {

enum class MonitorMode { kAuto, kMin, kMax };

constexpr auto NamesOf(MonitorMode) {
  return std::to_array<EnumName<MonitorMode>>(
      {{MonitorMode::kAuto, "AUTO"}, {MonitorMode::kMin, "MIN"}, {MonitorMode::kMax, "MAX"}});
}

// Knows the best value so far. With kAuto a figure is better when larger if it is that of a metric whose larger values
// are better, such as accuracy, else when smaller.
class Monitor {
 public:
  Monitor(std::string figure, MonitorMode mode, double min_delta);

  // Whether it is among what an epoch reports. As in Keras an epoch without it counts as none.
  bool IsIn(const std::map<std::string, double>& reported) const { return reported.contains(figure_); }

  // Whether the figure is better than the best so far by more than min_delta; then it is the best. The first always is.
  // An epoch that does not report it, or reports NaN, is not better.
  bool Improves(const std::map<std::string, double>& reported);

  void VisitState(StateVisitor& visit);

 private:
  const std::string figure_;
  const bool larger_is_better_;
  const double min_delta_;
  bool has_best_ = false;
  double best_ = 0;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_METRICS_MONITOR_H_
