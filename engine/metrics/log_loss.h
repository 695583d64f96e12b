// The mean negative logarithm of the probability of what came true.
#ifndef TRAIND_ENGINE_METRICS_LOG_LOSS_H_
#define TRAIND_ENGINE_METRICS_LOG_LOSS_H_

#include "engine/metrics/metric_accumulator.h"

namespace traind::engine {

// Over all rows, without label smoothing, regularizers or weights. Probabilities are first moved into
// [2^-23, 1 - 2^-23], as scikit-learn does with float32, and divided by their sum over the classes. Left out with a
// dataset of a single class.
class LogLoss final : public MetricAccumulator {
 public:
  explicit LogLoss(const MetricShape& shape) : shape_(shape) {}

  void Reset() override;
  void Add(int64_t rows, const float* predictions, const Labels& labels) override;
  void Report(const std::string& prefix, MetricReport& report) const override;
  void VisitState(StateVisitor& visit) override;

 private:
  double LossOf(const float* predictions, int64_t label) const;

  const MetricShape shape_;
  int64_t rows_ = 0;
  double sum_ = 0;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_METRICS_LOG_LOSS_H_
