#include "engine/data/batch.h"

#include <algorithm>

namespace traind::engine {

Batch::Batch(int64_t rows, const DatasetShape& shape)
    : features_(rows * shape.features),
      classes_(shape.classes > 0 ? rows : 0),
      targets_(shape.classes > 0 ? 0 : rows) {}

void Batch::Gather(const DatasetView& dataset, std::span<const int64_t> rows) {
  const int64_t width = dataset.shape.features;
  float* to = features_.data();
  for (const int64_t row : rows) to = std::copy_n(dataset.features + row * width, width, to);
  if (!classes_.empty()) {
    std::ranges::transform(rows, classes_.begin(), [&](int64_t row) { return dataset.classes[row]; });
  } else {
    std::ranges::transform(rows, targets_.begin(), [&](int64_t row) { return dataset.targets[row]; });
  }
}

Labels Batch::labels() const {
  return classes_.empty() ? Labels{.targets = targets_.data()} : Labels{.classes = classes_.data()};
}

}  // namespace traind::engine
