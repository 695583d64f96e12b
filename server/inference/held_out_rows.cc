#include "server/inference/held_out_rows.h"

#include <algorithm>

#include "engine/data/split.h"

namespace traind {

HeldOutRows TakeHeldOutRows(const engine::TrainingSpec& spec, const engine::DatasetView& dataset, int64_t limit) {
  HeldOutRows result;
  result.rows = engine::SplitRows(dataset, spec.validation_split, spec.validation_rows).validation;
  if (static_cast<int64_t>(result.rows.size()) > limit) result.rows.resize(limit);
  const int64_t width = dataset.shape.features;
  result.features.reserve(result.rows.size() * width);
  for (int64_t row : result.rows) {
    const float* begin = dataset.features + row * width;
    result.features.insert(result.features.end(), begin, begin + width);
  }
  return result;
}

}  // namespace traind
