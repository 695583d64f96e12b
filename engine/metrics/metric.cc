#include "engine/metrics/metric.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "engine/metrics/accuracy.h"
#include "engine/metrics/confusion_matrix.h"
#include "engine/metrics/log_loss.h"
#include "engine/metrics/mean_error.h"
#include "engine/metrics/pr_auc.h"
#include "engine/metrics/precision_recall.h"
#include "engine/metrics/r2.h"
#include "engine/metrics/roc_auc.h"
#include "engine/metrics/top_k_accuracy.h"

namespace traind::engine {

namespace {

struct Entry {
  Metric metric;
  const char* reported;
  MetricNeeds needs;
  bool larger_is_better;
  std::unique_ptr<MetricAccumulator> (*make)(const MetricShape& shape);
  int64_t (*bytes)(const MetricShape& shape);
  int64_t most_classes = std::numeric_limits<int64_t>::max();
};

template <typename Accumulator, auto... kKinds>
std::unique_ptr<MetricAccumulator> Make(const MetricShape& shape) {
  return std::make_unique<Accumulator>(shape, kKinds...);
}

int64_t NoBytes(const MetricShape& /*shape*/) { return 0; }

constexpr Entry kEntries[] = {
    {Metric::kAccuracy, "accuracy", MetricNeeds::kClasses, true, Make<Accuracy>, NoBytes},
    {Metric::kTopKAccuracy, "top_k_accuracy", MetricNeeds::kClasses, true, Make<TopKAccuracy>, NoBytes},
    {Metric::kPrecisionMacro, "precision_macro", MetricNeeds::kClasses, true,
     Make<PrecisionRecall, ClassScore::kPrecision, ClassAverage::kMacro>, PrecisionRecall::Bytes},
    {Metric::kPrecisionMicro, "precision_micro", MetricNeeds::kClasses, true,
     Make<PrecisionRecall, ClassScore::kPrecision, ClassAverage::kMicro>, PrecisionRecall::Bytes},
    {Metric::kPrecisionPerClass, "", MetricNeeds::kClasses, true,
     Make<PrecisionRecall, ClassScore::kPrecision, ClassAverage::kPerClass>, PrecisionRecall::Bytes,
     PrecisionRecall::kMostTableClasses},
    {Metric::kRecallMacro, "recall_macro", MetricNeeds::kClasses, true,
     Make<PrecisionRecall, ClassScore::kRecall, ClassAverage::kMacro>, PrecisionRecall::Bytes},
    {Metric::kRecallMicro, "recall_micro", MetricNeeds::kClasses, true,
     Make<PrecisionRecall, ClassScore::kRecall, ClassAverage::kMicro>, PrecisionRecall::Bytes},
    {Metric::kRecallPerClass, "", MetricNeeds::kClasses, true,
     Make<PrecisionRecall, ClassScore::kRecall, ClassAverage::kPerClass>, PrecisionRecall::Bytes,
     PrecisionRecall::kMostTableClasses},
    {Metric::kF1Macro, "f1_macro", MetricNeeds::kClasses, true,
     Make<PrecisionRecall, ClassScore::kF1, ClassAverage::kMacro>, PrecisionRecall::Bytes},
    {Metric::kF1Micro, "f1_micro", MetricNeeds::kClasses, true,
     Make<PrecisionRecall, ClassScore::kF1, ClassAverage::kMicro>, PrecisionRecall::Bytes},
    {Metric::kF1PerClass, "", MetricNeeds::kClasses, true,
     Make<PrecisionRecall, ClassScore::kF1, ClassAverage::kPerClass>, PrecisionRecall::Bytes,
     PrecisionRecall::kMostTableClasses},
    {Metric::kRocAuc, "roc_auc", MetricNeeds::kClasses, true, Make<RocAuc>, RocAuc::Bytes},
    {Metric::kPrAuc, "pr_auc", MetricNeeds::kClasses, true, Make<PrAuc>, PrAuc::Bytes},
    {Metric::kLogLoss, "log_loss", MetricNeeds::kProbabilities, false, Make<LogLoss>, NoBytes},
    {Metric::kConfusionMatrix, "", MetricNeeds::kClasses, true, Make<ConfusionMatrix>, ConfusionMatrix::Bytes,
     ConfusionMatrix::kMostClasses},
    {Metric::kMae, "mae", MetricNeeds::kTargets, false, Make<MeanError, MeanErrorKind::kAbsolute>, MeanError::Bytes},
    {Metric::kMse, "mse", MetricNeeds::kTargets, false, Make<MeanError, MeanErrorKind::kSquared>, MeanError::Bytes},
    {Metric::kRmse, "rmse", MetricNeeds::kTargets, false, Make<MeanError, MeanErrorKind::kRootSquared>,
     MeanError::Bytes},
    {Metric::kMape, "mape", MetricNeeds::kTargets, false, Make<MeanError, MeanErrorKind::kAbsolutePercentage>,
     MeanError::Bytes},
    {Metric::kR2, "r2", MetricNeeds::kTargets, true, Make<R2>, R2::Bytes},
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
int64_t MostClasses(Metric metric) { return EntryOf(metric).most_classes; }

std::unique_ptr<MetricAccumulator> MakeMetric(Metric metric, const MetricShape& shape) {
  return EntryOf(metric).make(shape);
}

int64_t MetricBytes(Metric metric, const MetricShape& shape) { return EntryOf(metric).bytes(shape); }

}  // namespace traind::engine
