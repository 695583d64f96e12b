#include "engine/metrics/top_k_accuracy.h"

#include "engine/metrics/predicted_class.h"

namespace traind::engine {

void TopKAccuracy::Reset() { rows_ = hits_ = 0; }

void TopKAccuracy::Add(int64_t rows, const float* predictions, const Labels& labels) {
  for (int64_t row = 0; row < rows; ++row) {
    if (IsHit(predictions + row * shape_.width, labels.classes[row])) ++hits_;
  }
  rows_ += rows;
}

bool TopKAccuracy::IsHit(const float* predictions, int64_t label) const {
  if (shape_.width == 1) return shape_.top_k > 1 || PredictedClass(1, shape_.threshold, predictions) == label;
  int64_t better = 0;
  for (int64_t i = 0; i < shape_.width; ++i) {
    // Written so that NaN is never a hit.
    const bool worse = i <= label ? predictions[i] <= predictions[label] : predictions[i] < predictions[label];
    if (i != label && !worse) ++better;
  }
  return better < shape_.top_k;
}

void TopKAccuracy::Report(const std::string& prefix, MetricReport& report) const {
  report.Add(prefix + "top_k_accuracy", static_cast<double>(hits_) / static_cast<double>(rows_));
}

void TopKAccuracy::VisitState(StateVisitor& visit) {
  visit("rows", rows_);
  visit("hits", hits_);
}

}  // namespace traind::engine
