#include "engine/metrics/pr_auc.h"

namespace traind::engine {

void PrAuc::Reset() { scores_.Reset(); }

void PrAuc::Add(int64_t rows, const float* predictions, const Labels& labels) {
  scores_.Add(rows, predictions, labels);
}

void PrAuc::Report(const std::string& prefix, MetricReport& report) const {
  if (!scores_.are_numbers()) return;
  double sum = 0;
  for (int64_t problem = 0; problem < scores_.problems(); ++problem) {
    const int64_t positives = scores_.positives(problem);
    if (positives == 0) continue;
    double area = 0;
    scores_.VisitSteps(problem, [&](const RankedScores::Step& step) {
      const int64_t found = step.positives_before + step.positives;
      const double precision =
          static_cast<double>(found) / static_cast<double>(found + step.negatives_before + step.negatives);
      area += precision * static_cast<double>(step.positives);
    });
    sum += area / static_cast<double>(positives);
  }
  report.Add(prefix + "pr_auc", sum / static_cast<double>(scores_.problems()));
}

void PrAuc::VisitState(StateVisitor& visit) { scores_.VisitState(visit); }

}  // namespace traind::engine
