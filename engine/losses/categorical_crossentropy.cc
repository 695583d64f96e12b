#include "engine/losses/categorical_crossentropy.h"

#include <algorithm>
#include <cmath>

#include "engine/core/multiversion.h"

namespace traind::engine {
namespace {

// Writes exp(logits - max), and returns their sum and the largest logit.
struct RowSum {
  float sum;
  float max;
};
TRAIND_MULTIVERSION RowSum Exponentials(int64_t width, const float* logits, float* exponentials) {
  float max = logits[0];
#pragma omp simd reduction(max : max)
  for (int64_t i = 0; i < width; ++i) max = std::max(max, logits[i]);
  float sum = 0;
  for (int64_t i = 0; i < width; ++i) {
    const float exponential = std::exp(logits[i] - max);
    if (exponentials != nullptr) exponentials[i] = exponential;
    sum += exponential;
  }
  return {sum, max};
}

TRAIND_MULTIVERSION void ScaleTo(int64_t width, float factor, const float* from, float* to) {
  for (int64_t i = 0; i < width; ++i) to[i] = factor * from[i];
}

TRAIND_MULTIVERSION void Subtract(int64_t width, float amount, float* values) {
  for (int64_t i = 0; i < width; ++i) values[i] -= amount;
}

double Sum(int64_t width, const float* values) {
  double sum = 0;
  for (int64_t i = 0; i < width; ++i) sum += values[i];
  return sum;
}

}  // namespace

std::unique_ptr<Loss> CategoricalCrossentropySpec::Make() const {
  return std::make_unique<CategoricalCrossentropy>(*this);
}

double CategoricalCrossentropy::Compute(const LossBatch& batch) const {
  const int64_t width = batch.width;
  const double smoothing = spec_.label_smoothing;
  double loss = 0;
  for (int64_t row = 0; row < batch.rows; ++row) {
    const float* const logits = batch.outputs + row * width;
    float* const gradient = batch.gradient == nullptr ? nullptr : batch.gradient + row * width;
    float* const predictions = batch.predictions == nullptr ? nullptr : batch.predictions + row * width;
    float* const exponentials = gradient != nullptr ? gradient : predictions;
    const int32_t label = batch.labels.classes[row];
    const float weight = RowWeight(batch.labels, row);

    const RowSum row_sum = Exponentials(width, logits, exponentials);
    const double log_sum = std::log(static_cast<double>(row_sum.sum)) + row_sum.max;
    double row_loss = log_sum - logits[label];
    if (smoothing > 0) {
      row_loss = (1 - smoothing) * row_loss + smoothing * (log_sum - Sum(width, logits) / static_cast<double>(width));
    }
    loss += weight * row_loss;

    if (predictions != nullptr) ScaleTo(width, 1 / row_sum.sum, exponentials, predictions);
    if (gradient == nullptr) continue;
    const float per_row = weight / static_cast<float>(batch.rows);
    ScaleTo(width, per_row / row_sum.sum, gradient, gradient);
    if (smoothing > 0) {
      Subtract(width, per_row * static_cast<float>(smoothing / static_cast<double>(width)), gradient);
    }
    gradient[label] -= per_row * static_cast<float>(1 - smoothing);
  }
  return loss;
}

}  // namespace traind::engine
