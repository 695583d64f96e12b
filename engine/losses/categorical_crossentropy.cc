#include "engine/losses/categorical_crossentropy.h"

#include <algorithm>
#include <cmath>

#include "engine/core/multiversion.h"

namespace traind::engine {
namespace {

// The loss of one row; its probabilities, not yet divided by their sum, go to `exponentials`, the sum to `sum`.
TRAIND_MULTIVERSION double RowLoss(int64_t width, const float* logits, int32_t label, float* exponentials, float& sum) {
  float max = logits[0];
#pragma omp simd reduction(max : max)
  for (int64_t i = 0; i < width; ++i) max = std::max(max, logits[i]);
  float total = 0;
  for (int64_t i = 0; i < width; ++i) {
    const float exponential = std::exp(logits[i] - max);
    if (exponentials != nullptr) exponentials[i] = exponential;
    total += exponential;
  }
  sum = total;
  return std::log(static_cast<double>(total)) + max - logits[label];
}

TRAIND_MULTIVERSION void Scale(int64_t width, float factor, float* values) {
  for (int64_t i = 0; i < width; ++i) values[i] *= factor;
}

}  // namespace

double CategoricalCrossentropy::Compute(int64_t rows, int64_t width, const float* outputs, const Labels& labels,
                                        float* gradient) const {
  double loss = 0;
  const float per_row = 1.0f / static_cast<float>(rows);
  for (int64_t row = 0; row < rows; ++row) {
    float* row_gradient = gradient == nullptr ? nullptr : gradient + row * width;
    float sum = 0;
    loss += RowLoss(width, outputs + row * width, labels.classes[row], row_gradient, sum);
    if (gradient == nullptr) continue;
    Scale(width, per_row / sum, row_gradient);
    row_gradient[labels.classes[row]] -= per_row;
  }
  return loss;
}

}  // namespace traind::engine
