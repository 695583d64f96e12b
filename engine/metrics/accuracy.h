// The share of rows that are classified right.
#ifndef TRAIND_ENGINE_METRICS_ACCURACY_H_
#define TRAIND_ENGINE_METRICS_ACCURACY_H_

#include "engine/metrics/metric_accumulator.h"

namespace traind::engine {

// Rows whose largest output is that of their class, over all rows; of equal outputs the first counts as the largest.
class Accuracy final : public MetricAccumulator {
 public:
  const char* name() const override { return "accuracy"; }
  void Reset() override;
  void Add(int64_t rows, int64_t width, const float* outputs, const Labels& labels) override;
  double Value() const override;

 private:
  int64_t rows_ = 0;
  int64_t right_ = 0;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_METRICS_ACCURACY_H_
