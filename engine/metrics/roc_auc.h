// The area under the receiver operating characteristic.
#ifndef TRAIND_ENGINE_METRICS_ROC_AUC_H_
#define TRAIND_ENGINE_METRICS_ROC_AUC_H_

#include "engine/metrics/metric_accumulator.h"
#include "engine/metrics/ranked_scores.h"

namespace traind::engine {

// The chance that a row of a class has a higher score than one of another, equal scores counting half. For more than
// two classes the mean over the classes, each against the rest. Left out where a class has no rows, or all.
class RocAuc final : public MetricAccumulator {
 public:
  explicit RocAuc(const MetricShape& shape) : scores_(shape) {}

  static int64_t Bytes(const MetricShape& shape) { return RankedScores::Bytes(shape); }

  void Reset() override;
  void Add(int64_t rows, const float* predictions, const Labels& labels) override;
  void Report(const std::string& prefix, MetricReport& report) const override;
  void VisitState(StateVisitor& visit) override;

 private:
  RankedScores scores_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_METRICS_ROC_AUC_H_
