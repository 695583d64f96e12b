#include "engine/metrics/confusion_matrix.h"

#include <algorithm>
#include <span>

#include "engine/metrics/predicted_class.h"

namespace traind::engine {

ConfusionMatrix::ConfusionMatrix(const MetricShape& shape)
    : shape_(shape), classes_(PredictableClasses(shape)), counts_(classes_ * classes_) {}

int64_t ConfusionMatrix::Bytes(const MetricShape& shape) {
  // Its own; and in reports, those of training and of validation, of the last epoch and of the best.
  constexpr int64_t kTables = 5;
  return kTables * PredictableClasses(shape) * PredictableClasses(shape) * static_cast<int64_t>(sizeof(int64_t));
}

void ConfusionMatrix::Reset() { std::ranges::fill(counts_, 0); }

void ConfusionMatrix::Add(int64_t rows, const float* predictions, const Labels& labels) {
  for (int64_t row = 0; row < rows; ++row) {
    const int64_t predicted = PredictedClass(shape_.width, shape_.threshold, predictions + row * shape_.width);
    ++counts_[labels.classes[row] * classes_ + predicted];
  }
}

void ConfusionMatrix::Report(const std::string& prefix, MetricReport& report) const {
  report.tables[prefix + "confusion_matrix"] = {.values = {counts_.begin(), counts_.end()}, .columns = classes_};
}

void ConfusionMatrix::VisitState(StateVisitor& visit) { visit("counts", std::span(counts_)); }

}  // namespace traind::engine
