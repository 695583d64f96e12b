#include "engine/metrics/accuracy.h"

#include <algorithm>

namespace traind::engine {

void Accuracy::Reset() { rows_ = right_ = 0; }

void Accuracy::Add(int64_t rows, int64_t width, const float* outputs, const Labels& labels) {
  for (int64_t row = 0; row < rows; ++row) {
    const float* begin = outputs + row * width;
    if (std::max_element(begin, begin + width) - begin == labels.classes[row]) ++right_;
  }
  rows_ += rows;
}

double Accuracy::Value() const { return rows_ == 0 ? 0.0 : static_cast<double>(right_) / static_cast<double>(rows_); }

}  // namespace traind::engine
