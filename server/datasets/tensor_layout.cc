#include "server/datasets/tensor_layout.h"

namespace traind {

TensorLayout LayoutOf(const TensorFormat& format, Task task) {
  TensorLayout layout;
  const auto add = [&](int64_t numbers, engine::ElementType type) {
    const int64_t element = engine::SizeOf(type);
    const int64_t offset = (layout.size + element - 1) / element * element;
    layout.parts.push_back({.sha256 = "", .offset = offset, .size = numbers * element, .type = type});
    layout.size = offset + numbers * element;
  };
  add(format.rows * format.features, format.feature_type);
  add(format.rows * (task == Task::kRegression ? format.targets : 1), format.LabelType(task));
  if (format.has_weights) add(format.rows, format.weight_type);
  return layout;
}

}  // namespace traind
