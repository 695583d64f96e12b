// The share of rows that are classified right.
#ifndef TRAIND_ENGINE_METRICS_ACCURACY_H_
#define TRAIND_ENGINE_METRICS_ACCURACY_H_

#include "engine/metrics/metric_accumulator.h"

namespace traind::engine {

// Rows whose largest prediction is that of their class, over all rows; of equal ones the first counts as the largest.
// With a single prediction: rows where it is above the threshold if and only if they are of class 1.
class Accuracy final : public MetricAccumulator {
 public:
  explicit Accuracy(const MetricShape& shape) : shape_(shape) {}

  void Reset() override;
  void Add(int64_t rows, const float* predictions, const Labels& labels) override;
  void Report(const std::string& prefix, MetricReport& report) const override;
  void VisitState(StateVisitor& visit) override;

 private:
  const MetricShape shape_;
  int64_t rows_ = 0;
  int64_t right_ = 0;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_METRICS_ACCURACY_H_
