#include "engine/metrics/class_counts.h"

#include <algorithm>
#include <span>

#include "engine/metrics/predicted_class.h"

namespace traind::engine {

ClassCounts::ClassCounts(const MetricShape& shape)
    : shape_(shape),
      right_(PredictableClasses(shape)),
      actual_(PredictableClasses(shape)),
      predicted_(PredictableClasses(shape)) {}

int64_t ClassCounts::Bytes(const MetricShape& shape) {
  return 3 * PredictableClasses(shape) * static_cast<int64_t>(sizeof(int64_t));
}

void ClassCounts::Reset() {
  for (auto* counts : {&right_, &actual_, &predicted_}) std::ranges::fill(*counts, 0);
}

void ClassCounts::Add(int64_t rows, const float* predictions, const Labels& labels) {
  for (int64_t row = 0; row < rows; ++row) {
    const int64_t predicted = PredictedClass(shape_.width, shape_.threshold, predictions + row * shape_.width);
    const int64_t actual = labels.classes[row];
    ++actual_[actual];
    ++predicted_[predicted];
    if (actual == predicted) ++right_[actual];
  }
}

void ClassCounts::VisitState(StateVisitor& visit) {
  visit("right", std::span(right_));
  visit("actual", std::span(actual_));
  visit("predicted", std::span(predicted_));
}

}  // namespace traind::engine
