// How much of the variance of targets is explained.
#ifndef TRAIND_ENGINE_METRICS_R2_H_
#define TRAIND_ENGINE_METRICS_R2_H_

#include "engine/metrics/metric_accumulator.h"

namespace traind::engine {

// 1 - (sum of squared errors) / (sum of squared distances of the targets from their mean), over all rows for each
// output, then the mean over the outputs. For an output whose targets are all the same: 1 if all its predictions are
// right, else 0. Left out for a single row.
class R2 final : public MetricAccumulator {
 public:
  explicit R2(const MetricShape& shape) : shape_(shape), outputs_(shape.width) {}

  static int64_t Bytes(const MetricShape& shape) { return shape.width * static_cast<int64_t>(sizeof(Output)); }

  void Reset() override;
  void Add(int64_t rows, const float* predictions, const Labels& labels) override;
  void Report(const std::string& prefix, MetricReport& report) const override;
  void VisitState(StateVisitor& visit) override;

 private:
  struct Output {
    double squared_errors = 0;
    double mean = 0;
    double squared_distances = 0;  // of the targets from their mean
  };

  static double Score(const Output& output);

  const MetricShape shape_;
  int64_t rows_ = 0;
  std::vector<Output> outputs_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_METRICS_R2_H_
