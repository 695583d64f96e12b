// The metrics that training can report: each is registered here.
#ifndef TRAIND_ENGINE_METRICS_METRIC_H_
#define TRAIND_ENGINE_METRICS_METRIC_H_

#include <array>
#include <memory>

#include "engine/core/fields.h"
#include "engine/metrics/metric_accumulator.h"

namespace traind::engine {

enum class Metric { kAccuracy };

constexpr auto NamesOf(Metric) { return std::to_array<EnumName<Metric>>({{Metric::kAccuracy, "ACCURACY"}}); }

// What a metric needs to mean anything.
enum class MetricNeeds { kClasses, kProbabilities, kTargets };

MetricNeeds NeedsOf(Metric metric);

// The wire's name, such as ACCURACY.
const char* NameOf(Metric metric);

// The number that it reports, such as `accuracy`; empty if it reports tables alone.
const char* ReportedNameOf(Metric metric);

// Whether more of it is better.
bool LargerIsBetter(Metric metric);

std::unique_ptr<MetricAccumulator> MakeMetric(Metric metric, const MetricShape& shape);

// Bytes that the metric takes, beside a few hundred.
int64_t MetricBytes(Metric metric, const MetricShape& shape);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_METRICS_METRIC_H_
