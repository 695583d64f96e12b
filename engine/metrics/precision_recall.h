// Precision, recall and F1.
#ifndef TRAIND_ENGINE_METRICS_PRECISION_RECALL_H_
#define TRAIND_ENGINE_METRICS_PRECISION_RECALL_H_

#include "engine/metrics/class_counts.h"
#include "engine/metrics/metric_accumulator.h"

namespace traind::engine {

// Of a class: right rows by rows predicted as it, right rows by rows of it, and twice the right rows by the sum of
// both; 0 where that divides by 0.
enum class ClassScore { kPrecision, kRecall, kF1 };

// Over classes: the mean of those that have rows or were predicted; the score of the sums over all classes, which is
// the accuracy; or a table of all classes, one row each.
enum class ClassAverage { kMacro, kMicro, kPerClass };

// Reports `<score>_<average>`, such as `precision_macro` or the table `f1_per_class`.
class PrecisionRecall final : public MetricAccumulator {
 public:
  PrecisionRecall(const MetricShape& shape, ClassScore score, ClassAverage average);

  static int64_t Bytes(const MetricShape& shape);

  // A table of more classes is no reading, and would not fit the messages that carry it.
  static constexpr int64_t kMostTableClasses = 4'096;

  void Reset() override;
  void Add(int64_t rows, const float* predictions, const Labels& labels) override;
  void Report(const std::string& prefix, MetricReport& report) const override;
  void VisitState(StateVisitor& visit) override;

 private:
  double ScoreOf(int64_t right, int64_t actual, int64_t predicted) const;
  double ScoreOfClass(int64_t index) const;
  double Macro() const;
  double Micro() const;

  const ClassScore score_;
  const ClassAverage average_;
  const std::string name_;
  ClassCounts counts_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_METRICS_PRECISION_RECALL_H_
