// Where the numbers of a table of tensors lie among its bytes.
#ifndef TRAIND_SERVER_DATASETS_TENSOR_LAYOUT_H_
#define TRAIND_SERVER_DATASETS_TENSOR_LAYOUT_H_

#include <cstdint>
#include <vector>

#include "server/datasets/dataset_format.h"
#include "server/storage/records.h"

namespace traind {

// Parts in order, each beginning at the next multiple of the size of its elements, zeros between.
struct TensorLayout {
  std::vector<DatasetPart> parts;  // features, labels and, if there are any, weights; of no blob yet
  int64_t size = 0;                // of them all, bytes
};

// `format` is without faults.
TensorLayout LayoutOf(const TensorFormat& format, Task task);

}  // namespace traind

#endif  // TRAIND_SERVER_DATASETS_TENSOR_LAYOUT_H_
