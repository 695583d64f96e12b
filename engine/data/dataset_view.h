// Rows to learn from, wherever they lie.
#ifndef TRAIND_ENGINE_DATA_DATASET_VIEW_H_
#define TRAIND_ENGINE_DATA_DATASET_VIEW_H_

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/data/numbers.h"

namespace traind::engine {

// How large a dataset is and what its labels are.
struct DatasetShape {
  int64_t rows = 0;
  int64_t features = 0;
  int64_t classes = 0;  // 0: the labels are numbers
  int64_t targets = 1;  // numbers to predict a row, if classes is 0

  // What the classes are called, by index; empty: `0`, `1`, ...
  std::vector<std::string> class_names = {};
};

// The index of each class by what it is called.
std::unordered_map<std::string, int64_t> ClassIndicesByName(const DatasetShape& shape);

// A dataset in memory or mapped from a file. Owns nothing but its shape: the pointers must outlive the view and what is
// made of it. Many threads may read one dataset.
struct DatasetView {
  DatasetShape shape;
  Numbers features = {};  // [rows, features], row-major, each finite as float32
  Numbers classes = {};   // [rows], of an integer type, each in [0, shape.classes); none if shape.classes is 0
  Numbers targets = {};   // [rows, targets], row-major, each finite as float32; none unless shape.classes is 0
  Numbers weights = {};   // [rows], finite and at least 0: how much each row's loss counts; none: 1 each
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_DATA_DATASET_VIEW_H_
