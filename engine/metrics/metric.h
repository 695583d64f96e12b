// The metrics that training can report: each is registered here.
#ifndef TRAIND_ENGINE_METRICS_METRIC_H_
#define TRAIND_ENGINE_METRICS_METRIC_H_

#include <array>
#include <cstdint>
#include <memory>

#include "engine/core/fields.h"
#include "engine/metrics/metric_accumulator.h"

namespace traind::engine {

enum class Metric {
  kAccuracy,
  kTopKAccuracy,
  kPrecisionMacro,
  kPrecisionMicro,
  kPrecisionPerClass,
  kRecallMacro,
  kRecallMicro,
  kRecallPerClass,
  kF1Macro,
  kF1Micro,
  kF1PerClass,
  kRocAuc,
  kPrAuc,
  kLogLoss,
  kConfusionMatrix,
  kMae,
  kMse,
  kRmse,
  kMape,
  kR2,
};

constexpr auto NamesOf(Metric) {
  return std::to_array<EnumName<Metric>>({
      {Metric::kAccuracy, "ACCURACY"},
      {Metric::kTopKAccuracy, "TOP_K_ACCURACY"},
      {Metric::kPrecisionMacro, "PRECISION_MACRO"},
      {Metric::kPrecisionMicro, "PRECISION_MICRO"},
      {Metric::kPrecisionPerClass, "PRECISION_PER_CLASS"},
      {Metric::kRecallMacro, "RECALL_MACRO"},
      {Metric::kRecallMicro, "RECALL_MICRO"},
      {Metric::kRecallPerClass, "RECALL_PER_CLASS"},
      {Metric::kF1Macro, "F1_MACRO"},
      {Metric::kF1Micro, "F1_MICRO"},
      {Metric::kF1PerClass, "F1_PER_CLASS"},
      {Metric::kRocAuc, "ROC_AUC"},
      {Metric::kPrAuc, "PR_AUC"},
      {Metric::kLogLoss, "LOG_LOSS"},
      {Metric::kConfusionMatrix, "CONFUSION_MATRIX"},
      {Metric::kMae, "MAE"},
      {Metric::kMse, "MSE"},
      {Metric::kRmse, "RMSE"},
      {Metric::kMape, "MAPE"},
      {Metric::kR2, "R2"},
  });
}

// What a metric needs to mean anything.
enum class MetricNeeds { kClasses, kProbabilities, kTargets };

MetricNeeds NeedsOf(Metric metric);

// The wire's name, such as ACCURACY.
const char* NameOf(Metric metric);

// The number that it reports, such as `accuracy`; empty if it reports a table alone.
const char* ReportedNameOf(Metric metric);

// Whether more of it is better.
bool LargerIsBetter(Metric metric);

// The most classes that it is for; its report would grow too large with more.
int64_t MostClasses(Metric metric);

std::unique_ptr<MetricAccumulator> MakeMetric(Metric metric, const MetricShape& shape);

// Bytes that the metric takes, beside a few hundred.
int64_t MetricBytes(Metric metric, const MetricShape& shape);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_METRICS_METRIC_H_
