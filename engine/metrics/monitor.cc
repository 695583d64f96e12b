#include "engine/metrics/monitor.h"

#include <cmath>
#include <utility>

#include "absl/strings/match.h"
#include "engine/metrics/metric.h"

namespace traind::engine {
namespace {

bool LargerIsBetterFor(const std::string& figure, MonitorMode mode) {
  if (mode != MonitorMode::kAuto) return mode == MonitorMode::kMax;
  const std::string metric_name = absl::StartsWith(figure, "val_") ? figure.substr(4) : figure;
  for (const auto& metric : NamesOf(Metric{})) {
    if (metric_name == ReportedNameOf(metric.value)) return LargerIsBetter(metric.value);
  }
  return false;
}

}  // namespace

Monitor::Monitor(std::string figure, MonitorMode mode, double min_delta)
    : figure_(std::move(figure)), larger_is_better_(LargerIsBetterFor(figure_, mode)), min_delta_(min_delta) {}

bool Monitor::Improves(const std::map<std::string, double>& reported) {
  const auto found = reported.find(figure_);
  if (found == reported.end() || std::isnan(found->second)) return false;
  const double value = found->second;
  const bool better = !has_best_ || (larger_is_better_ ? value - min_delta_ > best_ : value + min_delta_ < best_);
  if (!better) return false;
  has_best_ = true;
  best_ = value;
  return true;
}

void Monitor::VisitState(StateVisitor& visit) {
  visit("has_best", has_best_);
  visit("best", best_);
}

}  // namespace traind::engine
