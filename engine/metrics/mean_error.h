// Means of errors, for regression.
#ifndef TRAIND_ENGINE_METRICS_MEAN_ERROR_H_
#define TRAIND_ENGINE_METRICS_MEAN_ERROR_H_

#include "engine/metrics/metric_accumulator.h"

namespace traind::engine {

enum class MeanErrorKind {
  kAbsolute,            // `mae`
  kSquared,             // `mse`
  kRootSquared,         // `rmse`: the root of each output's mean
  kAbsolutePercentage,  // `mape`: a share, not a percentage: |error| / |target|, where a target of 0 counts as 2^-52
};

// Over all rows for each output, then over the outputs.
class MeanError final : public MetricAccumulator {
 public:
  MeanError(const MetricShape& shape, MeanErrorKind kind);

  static int64_t Bytes(const MetricShape& shape) { return shape.width * static_cast<int64_t>(sizeof(double)); }

  void Reset() override;
  void Add(int64_t rows, const float* predictions, const Labels& labels) override;
  void Report(const std::string& prefix, MetricReport& report) const override;
  void VisitState(StateVisitor& visit) override;

 private:
  const MetricShape shape_;
  const MeanErrorKind kind_;
  int64_t rows_ = 0;
  std::vector<double> sums_;  // one an output
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_METRICS_MEAN_ERROR_H_
