#include "engine/losses/categorical_crossentropy.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/core/exponential.h"
#include "engine/core/multiversion.h"

namespace traind::engine {
namespace {

// Numbers worked on at a time: they fit the first cache.
constexpr int64_t kBlock = 1 << 10;

TRAIND_MULTIVERSION void RowMaxima(int64_t rows, int64_t width, const float* __restrict logits,
                                   float* __restrict maxima) {
  for (int64_t row = 0; row < rows; ++row) {
    const float* const values = logits + row * width;
    float max = values[0];
#pragma omp simd reduction(max : max)
    for (int64_t i = 0; i < width; ++i) max = std::max(max, values[i]);
    maxima[row] = max;
  }
}

// Writes exp(logits - the row's maximum), and the sum of each row. The exponentials of all rows are taken in one loop,
// since narrow rows alone would not fill a vector.
TRAIND_MULTIVERSION void Exponentials(int64_t rows, int64_t width, const float* __restrict logits,
                                      const float* __restrict maxima, float* __restrict exponentials,
                                      float* __restrict sums) {
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t i = row * width; i < (row + 1) * width; ++i) exponentials[i] = logits[i] - maxima[row];
  }
  for (int64_t i = 0; i < rows * width; ++i) exponentials[i] = Exponential(exponentials[i]);
  for (int64_t row = 0; row < rows; ++row) {
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = row * width; i < (row + 1) * width; ++i) sum += exponentials[i];
    sums[row] = sum;
  }
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
  double loss = 0;
  const int64_t block = std::max<int64_t>(kBlock / batch.width, 1);
  for (int64_t row = 0; row < batch.rows; row += block) {
    loss += ComputeBlock(batch, row, std::min(block, batch.rows - row));
  }
  return loss;
}

double CategoricalCrossentropy::ComputeBlock(const LossBatch& batch, int64_t first, int64_t rows) const {
  const int64_t width = batch.width;
  const double smoothing = spec_.label_smoothing;
  const float* const outputs = batch.outputs + first * width;
  float* const gradients = batch.gradient == nullptr ? nullptr : batch.gradient + first * width;
  float* const predictions = batch.predictions == nullptr ? nullptr : batch.predictions + first * width;
  float* const room = gradients != nullptr ? gradients : predictions;

  std::array<float, kBlock> no_room;
  std::array<float, kBlock> maxima;
  std::array<float, kBlock> sums;
  RowMaxima(rows, width, outputs, maxima.data());
  if (rows > 1 || width <= kBlock) {
    Exponentials(rows, width, outputs, maxima.data(), room == nullptr ? no_room.data() : room, sums.data());
  } else {
    double sum = 0;
    for (int64_t i = 0; i < width; i += kBlock) {
      Exponentials(1, std::min(kBlock, width - i), outputs + i, maxima.data(),
                   room == nullptr ? no_room.data() : room + i, sums.data());
      sum += sums[0];
    }
    sums[0] = static_cast<float>(sum);
  }

  double loss = 0;
  for (int64_t row = 0; row < rows; ++row) {
    const float* const logits = outputs + row * width;
    const int32_t label = batch.labels.classes[first + row];
    const float weight = RowWeight(batch.labels, first + row);
    const double log_sum = std::log(static_cast<double>(sums[row])) + maxima[row];
    double row_loss = log_sum - logits[label];
    if (smoothing > 0) {
      row_loss = (1 - smoothing) * row_loss + smoothing * (log_sum - Sum(width, logits) / static_cast<double>(width));
    }
    loss += weight * row_loss;

    if (predictions != nullptr) ScaleTo(width, 1 / sums[row], room + row * width, predictions + row * width);
    if (gradients == nullptr) continue;
    float* const gradient = gradients + row * width;
    const float per_row = weight / static_cast<float>(batch.mean_rows);
    ScaleTo(width, per_row / sums[row], gradient, gradient);
    if (smoothing > 0) {
      Subtract(width, per_row * static_cast<float>(smoothing / static_cast<double>(width)), gradient);
    }
    gradient[label] -= per_row * static_cast<float>(1 - smoothing);
  }
  return loss;
}

}  // namespace traind::engine
