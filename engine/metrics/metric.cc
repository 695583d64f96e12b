#include "engine/metrics/metric.h"

#include <algorithm>
#include <iterator>

#include "engine/metrics/accuracy.h"

namespace traind::engine {

namespace {

struct Entry {
  Metric metric;
  const char* reported;
  MetricNeeds needs;
  bool larger_is_better;
  std::unique_ptr<MetricAccumulator> (*make)(const MetricShape& shape);
};

template <typename Accumulator>
std::unique_ptr<MetricAccumulator> Make(const MetricShape& shape) {
  return std::make_unique<Accumulator>(shape);
}

constexpr Entry kEntries[] = {
    {Metric::kAccuracy, "accuracy", MetricNeeds::kClasses, true, Make<Accuracy>},
};

// Any value may be asked for; one that is no metric gets the first entry.
const Entry& EntryOf(Metric metric) {
  const auto* found = std::ranges::find(kEntries, metric, &Entry::metric);
  return found == std::end(kEntries) ? kEntries[0] : *found;
}

}  // namespace

const char* NameOf(Metric metric) {
  for (const auto& known : NamesOf(metric)) {
    if (known.value == metric) return known.name;
  }
  return "unknown";
}

MetricNeeds NeedsOf(Metric metric) { return EntryOf(metric).needs; }
const char* ReportedNameOf(Metric metric) { return EntryOf(metric).reported; }
bool LargerIsBetter(Metric metric) { return EntryOf(metric).larger_is_better; }

std::unique_ptr<MetricAccumulator> MakeMetric(Metric metric, const MetricShape& shape) {
  return EntryOf(metric).make(shape);
}

int64_t MetricBytes(Metric /*metric*/, const MetricShape& /*shape*/) { return 0; }

}  // namespace traind::engine
