#include "engine/data/batch.h"

#include <algorithm>
#include <utility>

#include "engine/core/parallel.h"

namespace traind::engine {
namespace {

// The fewest floats that are worth a thread of their own: some microseconds of copying.
constexpr int64_t kGrain = 1 << 13;

}  // namespace

Batch::Batch(int64_t rows, const DatasetShape& shape, bool has_weights, std::vector<float> class_weights)
    : targets_a_row_(shape.targets),
      class_weights_(std::move(class_weights)),
      features_(rows * shape.features),
      classes_(shape.classes > 0 ? rows : 0),
      targets_(shape.classes > 0 ? 0 : rows * shape.targets),
      weights_(has_weights || !class_weights_.empty() ? rows : 0) {}

void Batch::Gather(const DatasetView& dataset, std::span<const int64_t> rows, bool with_class_weights) {
  const int64_t width = dataset.shape.features;
  ParallelFor(static_cast<int64_t>(rows.size()), std::max<int64_t>(kGrain / width, 1), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      std::copy_n(dataset.features + rows[i] * width, width, features_.data() + i * width);
    }
  });
  if (!classes_.empty()) {
    std::ranges::transform(rows, classes_.begin(), [&](int64_t row) { return dataset.classes[row]; });
  } else {
    float* target = targets_.data();
    for (const int64_t row : rows) {
      target = std::copy_n(dataset.targets + row * targets_a_row_, targets_a_row_, target);
    }
  }
  if (weights_.empty()) return;
  const bool by_class = with_class_weights && !class_weights_.empty();
  std::ranges::transform(rows, weights_.begin(), [&](int64_t row) {
    return (dataset.weights == nullptr ? 1.0f : dataset.weights[row]) *
           (by_class ? class_weights_[dataset.classes[row]] : 1.0f);
  });
}

Labels Batch::labels() const {
  const float* weights = weights_.empty() ? nullptr : weights_.data();
  return classes_.empty() ? Labels{.targets = targets_.data(), .weights = weights}
                          : Labels{.classes = classes_.data(), .weights = weights};
}

}  // namespace traind::engine
