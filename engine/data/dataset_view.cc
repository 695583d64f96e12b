#include "engine/data/dataset_view.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace traind::engine {

std::optional<int64_t> ClassIndex(const DatasetShape& shape, const std::string& name) {
  if (!shape.class_names.empty()) {
    const auto found = std::ranges::find(shape.class_names, name);
    if (found == shape.class_names.end()) return std::nullopt;
    return found - shape.class_names.begin();
  }
  int64_t index = 0;
  if (!absl::SimpleAtoi(name, &index) || index < 0 || index >= shape.classes || name != absl::StrCat(index)) {
    return std::nullopt;
  }
  return index;
}

}  // namespace traind::engine
