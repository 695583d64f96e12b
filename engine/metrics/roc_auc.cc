#include "engine/metrics/roc_auc.h"

namespace traind::engine {

void RocAuc::Reset() { scores_.Reset(); }

void RocAuc::Add(int64_t rows, const float* predictions, const Labels& labels) {
  scores_.Add(rows, predictions, labels);
}

void RocAuc::Report(const std::string& prefix, MetricReport& report) const {
  if (!scores_.are_numbers()) return;
  double sum = 0;
  for (int64_t problem = 0; problem < scores_.problems(); ++problem) {
    const auto positives = static_cast<double>(scores_.positives(problem));
    const double negatives = static_cast<double>(scores_.rows()) - positives;
    if (positives == 0 || negatives == 0) return;
    double area = 0;
    scores_.VisitSteps(problem, [&](const RankedScores::Step& step) {
      area += static_cast<double>(step.negatives) *
              (static_cast<double>(step.positives_before) + static_cast<double>(step.positives) / 2);
    });
    sum += area / (positives * negatives);
  }
  report.Add(prefix + "roc_auc", sum / static_cast<double>(scores_.problems()));
}

void RocAuc::VisitState(StateVisitor& visit) { scores_.VisitState(visit); }

}  // namespace traind::engine
