#include "engine/metrics/precision_recall.h"

#include <numeric>

namespace traind::engine {
namespace {

std::string NameFor(ClassScore score, ClassAverage average) {
  const std::string of = score == ClassScore::kPrecision ? "precision" : score == ClassScore::kRecall ? "recall" : "f1";
  return of + (average == ClassAverage::kMacro ? "_macro" : average == ClassAverage::kMicro ? "_micro" : "_per_class");
}

int64_t Sum(const std::vector<int64_t>& counts) { return std::accumulate(counts.begin(), counts.end(), int64_t{0}); }

}  // namespace

PrecisionRecall::PrecisionRecall(const MetricShape& shape, ClassScore score, ClassAverage average)
    : score_(score), average_(average), name_(NameFor(score, average)), counts_(shape) {}

int64_t PrecisionRecall::Bytes(const MetricShape& shape) { return ClassCounts::Bytes(shape); }

void PrecisionRecall::Reset() { counts_.Reset(); }

void PrecisionRecall::Add(int64_t rows, const float* predictions, const Labels& labels) {
  counts_.Add(rows, predictions, labels);
}

double PrecisionRecall::ScoreOf(int64_t right, int64_t actual, int64_t predicted) const {
  const int64_t numerator = score_ == ClassScore::kF1 ? 2 * right : right;
  const int64_t divisor = score_ == ClassScore::kPrecision ? predicted
                          : score_ == ClassScore::kRecall  ? actual
                                                           : actual + predicted;
  return divisor == 0 ? 0 : static_cast<double>(numerator) / static_cast<double>(divisor);
}

double PrecisionRecall::ScoreOfClass(int64_t index) const {
  return ScoreOf(counts_.right()[index], counts_.actual()[index], counts_.predicted()[index]);
}

double PrecisionRecall::Macro() const {
  double sum = 0;
  int64_t present = 0;
  for (int64_t i = 0; i < counts_.classes(); ++i) {
    if (counts_.actual()[i] == 0 && counts_.predicted()[i] == 0) continue;
    sum += ScoreOfClass(i);
    ++present;
  }
  return sum / static_cast<double>(present);
}

double PrecisionRecall::Micro() const {
  return ScoreOf(Sum(counts_.right()), Sum(counts_.actual()), Sum(counts_.predicted()));
}

void PrecisionRecall::Report(const std::string& prefix, MetricReport& report) const {
  if (average_ == ClassAverage::kMacro) return report.Add(prefix + name_, Macro());
  if (average_ == ClassAverage::kMicro) return report.Add(prefix + name_, Micro());
  MetricTable table;
  for (int64_t i = 0; i < counts_.classes(); ++i) table.values.push_back(ScoreOfClass(i));
  report.tables[prefix + name_] = std::move(table);
}

void PrecisionRecall::VisitState(StateVisitor& visit) { counts_.VisitState(visit); }

}  // namespace traind::engine
