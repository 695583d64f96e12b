#include "engine/optimizers/gradient_sum.h"

#include "engine/core/multiversion.h"
#include "engine/core/parallel.h"

namespace traind::engine {
namespace {

// The fewest gradients that are worth a thread of their own.
constexpr int64_t kGrain = 1 << 17;

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
  ParallelFor(sum_.size(), kGrain, [&](int64_t begin, int64_t end) {
    AddScaled(end - begin, static_cast<float>(rows), gradients.data() + begin, sum_.data() + begin);
  });
  rows_ += rows;
  ++batches_;
}

void GradientSum::Take(std::span<float> gradients) {
  const float share = 1.0f / static_cast<float>(rows_);
  ParallelFor(sum_.size(), kGrain, [&](int64_t begin, int64_t end) {
    MoveScaled(end - begin, share, sum_.data() + begin, gradients.data() + begin);
  });
  rows_ = 0;
  batches_ = 0;
}

void GradientSum::VisitState(StateVisitor& visit) {
  visit("rows", rows_);
  visit("batches", batches_);
  if (batches_ > 0) visit.WeightArray("sum", sum_.span());  // else it is all 0
}

int64_t CountUpdates(int64_t steps, int64_t batches, int64_t accumulated) {
  const auto updates = [accumulated](int64_t count) { return (count + accumulated - 1) / accumulated; };
  return steps / batches * updates(batches) + updates(steps % batches);
}

}  // namespace traind::engine
