#include "engine/metrics/ranked_scores.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace traind::engine {
namespace {

int64_t Problems(const MetricShape& shape) { return shape.width <= 2 ? 1 : shape.width; }

}  // namespace

RankedScores::RankedScores(const MetricShape& shape)
    : shape_(shape),
      problems_(Problems(shape)),
      first_class_(problems_ == 1 ? 1 : 0),
      scores_(problems_ * shape.rows),
      classes_(shape.rows),
      sorted_(shape.rows) {}

int64_t RankedScores::Bytes(const MetricShape& shape) {
  const auto bytes_a_row = Problems(shape) * sizeof(float) + sizeof(int32_t) + sizeof(Score);
  return shape.rows * static_cast<int64_t>(bytes_a_row);
}

void RankedScores::Reset() {
  rows_ = 0;
  are_numbers_ = true;
}

void RankedScores::Add(int64_t rows, const float* predictions, const Labels& labels) {
  const int64_t first_column = shape_.width == 1 ? 0 : first_class_;
  for (int64_t row = 0; row < rows; ++row, ++rows_) {
    classes_[rows_] = labels.classes[row];
    for (int64_t problem = 0; problem < problems_; ++problem) {
      const float score = predictions[row * shape_.width + first_column + problem];
      scores_[problem * shape_.rows + rows_] = score;
      if (std::isnan(score)) are_numbers_ = false;
    }
  }
}

int64_t RankedScores::positives(int64_t problem) const {
  int64_t count = 0;
  for (int64_t row = 0; row < rows_; ++row) count += IsPositive(problem, row) ? 1 : 0;
  return count;
}

void RankedScores::Sort(int64_t problem) const {
  for (int64_t row = 0; row < rows_; ++row) {
    sorted_[row] = {.value = scores_[problem * shape_.rows + row], .is_positive = IsPositive(problem, row)};
  }
  std::sort(sorted_.begin(), sorted_.begin() + rows_, [](Score a, Score b) { return a.value > b.value; });
}

void RankedScores::VisitState(StateVisitor& visit) {
  visit.Count("rows", rows_, 0, shape_.rows);
  visit("are_numbers", are_numbers_);
  visit("classes", std::span(classes_).first(rows_));
  for (int64_t problem = 0; problem < problems_; ++problem) {
    visit("scores", std::span(scores_).subspan(problem * shape_.rows, rows_));
  }
}

}  // namespace traind::engine
