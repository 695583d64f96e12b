#include "engine/metrics/accuracy.h"

#include "engine/metrics/predicted_class.h"

namespace traind::engine {

void Accuracy::Reset() { rows_ = right_ = 0; }

void Accuracy::Add(int64_t rows, const float* predictions, const Labels& labels) {
  for (int64_t row = 0; row < rows; ++row) {
    if (PredictedClass(shape_.width, shape_.threshold, predictions + row * shape_.width) == labels.classes[row]) {
      ++right_;
    }
  }
  rows_ += rows;
}

void Accuracy::Report(const std::string& prefix, MetricReport& report) const {
  report.Add(prefix + "accuracy", static_cast<double>(right_) / static_cast<double>(rows_));
}

void Accuracy::VisitState(StateVisitor& visit) {
  visit("rows", rows_);
  visit("right", right_);
}

}  // namespace traind::engine
