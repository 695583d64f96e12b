#include "engine/optimizers/gradient_sum.h"

#include <algorithm>

#include "engine/core/multiversion.h"

namespace traind::engine {
namespace {

TRAIND_MULTIVERSION void AddScaled(int64_t size, float factor, const float* __restrict values, float* __restrict sum) {
  for (int64_t i = 0; i < size; ++i) sum[i] += factor * values[i];
}

TRAIND_MULTIVERSION void MoveScaled(int64_t size, float factor, float* __restrict sum, float* __restrict values) {
  for (int64_t i = 0; i < size; ++i) {
    values[i] = factor * sum[i];
    sum[i] = 0;
  }
}

}  // namespace

void GradientSum::Add(std::span<const float> gradients, int64_t rows) {
  AddScaled(static_cast<int64_t>(gradients.size()), static_cast<float>(rows), gradients.data(), sum_.data());
  rows_ += rows;
  ++batches_;
}

void GradientSum::Take(std::span<float> gradients) {
  MoveScaled(static_cast<int64_t>(gradients.size()), 1.0f / static_cast<float>(rows_), sum_.data(), gradients.data());
  rows_ = 0;
  batches_ = 0;
}

}  // namespace traind::engine
