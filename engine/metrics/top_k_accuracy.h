// The share of rows whose class is among the best guesses.
#ifndef TRAIND_ENGINE_METRICS_TOP_K_ACCURACY_H_
#define TRAIND_ENGINE_METRICS_TOP_K_ACCURACY_H_

#include "engine/metrics/metric_accumulator.h"

namespace traind::engine {

// Rows whose class is among the `top_k` with the largest predictions; of equal predictions that of the later class
// counts as the larger. With a single prediction: as accuracy if top_k is 1, else every row.
class TopKAccuracy final : public MetricAccumulator {
 public:
  explicit TopKAccuracy(const MetricShape& shape) : shape_(shape) {}

  void Reset() override;
  void Add(int64_t rows, const float* predictions, const Labels& labels) override;
  void Report(const std::string& prefix, MetricReport& report) const override;
  void VisitState(StateVisitor& visit) override;

 private:
  bool IsHit(const float* predictions, int64_t label) const;

  const MetricShape shape_;
  int64_t rows_ = 0;
  int64_t hits_ = 0;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_METRICS_TOP_K_ACCURACY_H_
