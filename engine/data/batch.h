// Rows picked out of a dataset, side by side.
#ifndef TRAIND_ENGINE_DATA_BATCH_H_
#define TRAIND_ENGINE_DATA_BATCH_H_

#include <cstdint>
#include <span>
#include <vector>

#include "engine/core/aligned_buffer.h"
#include "engine/data/dataset_view.h"

namespace traind::engine {

// What the rows of a batch should give: classes for classification, else targets; the other is null.
struct Labels {
  const int32_t* classes = nullptr;  // [rows]
  const float* targets = nullptr;    // [rows]
};

// Room for the features and labels of up to `rows` rows.
class Batch {
 public:
  Batch(int64_t rows, const DatasetShape& shape);

  // Copies the given rows of `dataset`, of the shape given above, in that order.
  void Gather(const DatasetView& dataset, std::span<const int64_t> rows);

  const float* features() const { return features_.data(); }  // [rows, features]
  Labels labels() const;

 private:
  AlignedBuffer features_;
  std::vector<int32_t> classes_;
  std::vector<float> targets_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_DATA_BATCH_H_
