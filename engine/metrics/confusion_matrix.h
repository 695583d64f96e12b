// Which classes are taken for which.
#ifndef TRAIND_ENGINE_METRICS_CONFUSION_MATRIX_H_
#define TRAIND_ENGINE_METRICS_CONFUSION_MATRIX_H_

#include "engine/metrics/metric_accumulator.h"

namespace traind::engine {

// Reports the table `confusion_matrix`: a row for each true class, a column for each predicted one, the number of rows
// of the data in each.
class ConfusionMatrix final : public MetricAccumulator {
 public:
  static constexpr int64_t kMostClasses = 256;

  explicit ConfusionMatrix(const MetricShape& shape);

  static int64_t Bytes(const MetricShape& shape);

  void Reset() override;
  void Add(int64_t rows, const float* predictions, const Labels& labels) override;
  void Report(const std::string& prefix, MetricReport& report) const override;
  void VisitState(StateVisitor& visit) override;

 private:
  const MetricShape shape_;
  const int64_t classes_;
  std::vector<int64_t> counts_;  // [classes, classes]
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_METRICS_CONFUSION_MATRIX_H_
