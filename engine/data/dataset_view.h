// Rows to learn from, wherever they lie.
#ifndef TRAIND_ENGINE_DATA_DATASET_VIEW_H_
#define TRAIND_ENGINE_DATA_DATASET_VIEW_H_

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/data/numbers.h"

namespace traind::engine {

// What is known of a column beside its numbers.
struct ColumnShape {
  std::string name = {};
  int64_t categories = 0;    // 0: it holds numbers; else the index of one of so many categories
  bool has_missing = false;  // some values are NaN, which stands for a missing one
};

// How large a dataset is and what its labels are.
struct DatasetShape {
  int64_t rows = 0;
  int64_t features = 0;
  int64_t classes = 0;  // 0: the labels are numbers
  int64_t targets = 1;  // numbers to predict a row, if classes is 0

  // What the classes are called, by index; empty: `0`, `1`, ...
  std::vector<std::string> class_names = {};

  // One a feature; empty: all are numbers, and none is missing.
  std::vector<ColumnShape> columns = {};
};

// By column, for each index of a category the index that those who know the training dataset's categories have for it,
// or -1; empty for a column whose indices are theirs already.
using CategoryRecoding = std::vector<std::vector<int32_t>>;

// The index of each class by what it is called.
std::unordered_map<std::string, int64_t> ClassIndicesByName(const DatasetShape& shape);

// A dataset in memory or mapped from a file. Owns nothing but its shape: the pointers must outlive the view and what is
// made of it. Many threads may read one dataset.
struct DatasetView {
  DatasetShape shape;
  Numbers features = {};  // [rows, features], row-major, each finite as float32, or NaN as shape.columns says
  Numbers classes = {};   // [rows], of an integer type, each in [0, shape.classes); none if shape.classes is 0
  Numbers targets = {};   // [rows, targets], row-major, each finite as float32; none unless shape.classes is 0
  Numbers weights = {};   // [rows], finite and at least 0: how much each row's loss counts; none: 1 each

  // Of a dataset that is not the one trained on; null: its categories are those.
  const CategoryRecoding* recoding = nullptr;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_DATA_DATASET_VIEW_H_
