// How often each class was right, was meant and was predicted.
#ifndef TRAIND_ENGINE_METRICS_CLASS_COUNTS_H_
#define TRAIND_ENGINE_METRICS_CLASS_COUNTS_H_

#include <cstdint>
#include <vector>

#include "engine/metrics/metric_accumulator.h"

namespace traind::engine {

// Counts over rows, one a class.
class ClassCounts {
 public:
  explicit ClassCounts(const MetricShape& shape);

  static int64_t Bytes(const MetricShape& shape);

  void Reset();
  void Add(int64_t rows, const float* predictions, const Labels& labels);
  void VisitState(StateVisitor& visit);

  int64_t classes() const { return static_cast<int64_t>(right_.size()); }
  const std::vector<int64_t>& right() const { return right_; }          // rows of the class that were predicted as it
  const std::vector<int64_t>& actual() const { return actual_; }        // rows of the class
  const std::vector<int64_t>& predicted() const { return predicted_; }  // rows that were predicted as the class

 private:
  const MetricShape shape_;
  std::vector<int64_t> right_;
  std::vector<int64_t> actual_;
  std::vector<int64_t> predicted_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_METRICS_CLASS_COUNTS_H_
