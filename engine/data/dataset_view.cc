#include "engine/data/dataset_view.h"

#include "absl/strings/str_cat.h"

namespace traind::engine {

std::unordered_map<std::string, int64_t> ClassIndicesByName(const DatasetShape& shape) {
  std::unordered_map<std::string, int64_t> indices;
  for (int64_t i = 0; i < shape.classes; ++i) {
    indices.emplace(shape.class_names.empty() ? absl::StrCat(i) : shape.class_names[i], i);
  }
  return indices;
}

}  // namespace traind::engine
