// The area under the curve of precision over recall.
#ifndef TRAIND_ENGINE_METRICS_PR_AUC_H_
#define TRAIND_ENGINE_METRICS_PR_AUC_H_

#include "engine/metrics/metric_accumulator.h"
#include "engine/metrics/ranked_scores.h"

namespace traind::engine {

// The average precision: the sum over thresholds of precision times the recall that it adds, without interpolation. For
// more than two classes the mean over the classes, each against the rest. 0 for a class without rows.
class PrAuc final : public MetricAccumulator {
 public:
  explicit PrAuc(const MetricShape& shape) : scores_(shape) {}

  static int64_t Bytes(const MetricShape& shape) { return RankedScores::Bytes(shape); }

  void Reset() override;
  void Add(int64_t rows, const float* predictions, const Labels& labels) override;
  void Report(const std::string& prefix, MetricReport& report) const override;
  void VisitState(StateVisitor& visit) override;

 private:
  RankedScores scores_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_METRICS_PR_AUC_H_
