// Rows to learn from, wherever they lie.
#ifndef TRAIND_ENGINE_DATA_DATASET_VIEW_H_
#define TRAIND_ENGINE_DATA_DATASET_VIEW_H_

#include <cstdint>

namespace traind::engine {

// How large a dataset is and what its labels are.
struct DatasetShape {
  int64_t rows = 0;
  int64_t features = 0;
  int64_t classes = 0;  // 0: the label is a number, not a class
};

// A dataset in memory or mapped from a file. Owns nothing: the pointers must outlive the view and what is made of it.
// Many threads may read one dataset.
struct DatasetView {
  DatasetShape shape;
  const float* features = nullptr;   // [rows, features], row-major, finite
  const int32_t* classes = nullptr;  // [rows], each in [0, shape.classes); null if shape.classes is 0
  const float* targets = nullptr;    // [rows], finite; null unless shape.classes is 0
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_DATA_DATASET_VIEW_H_
