#include "server/datasets/class_labels.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "server/datasets/dataset_format.h"
#include "server/datasets/number.h"
#include "server/errors/text.h"

namespace traind {

absl::Status ClassLabels::Add(std::string_view text) {
  const auto label = ParseClassLabel(text);
  if (!label.ok()) return label.status();
  const auto next = static_cast<int32_t>(numbers_.size() + texts_.size());
  int32_t code = next;
  if (const auto* number = std::get_if<int64_t>(&*label)) {
    code = numbers_.try_emplace(*number, next).first->second;
  } else if (const auto found = texts_.find(absl::string_view(text.data(), text.size())); found != texts_.end()) {
    code = found->second;
  } else {
    if (std::string fault = NameFault(text); !fault.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(Quoted(text), " ", fault));
    }
    texts_.emplace(text, next);
  }
  if (code >= kMaxClasses) {
    return absl::OutOfRangeError(absl::StrCat(Quoted(text), " is the class number ", code + 1, "; at most ",
                                              kMaxClasses,
                                              " are possible: is this the right column, and is the task "
                                              "CLASSIFICATION?"));
  }
  rows_.push_back(code);
  return absl::OkStatus();
}

absl::StatusOr<ClassLabels::Result> ClassLabels::Finish() {
  const size_t count = numbers_.size() + texts_.size();
  if (count < 2) {
    return absl::InvalidArgumentError("has the same class in every row; a classification needs at least 2");
  }
  std::vector<std::pair<int64_t, int32_t>> numbers(numbers_.begin(), numbers_.end());
  std::sort(numbers.begin(), numbers.end());
  std::vector<std::pair<std::string, int32_t>> classes;
  classes.reserve(count);
  for (const auto& [number, code] : numbers) classes.emplace_back(absl::StrCat(number), code);
  if (!texts_.empty()) {
    classes.insert(classes.end(), texts_.begin(), texts_.end());
    std::sort(classes.begin(), classes.end());
  }

  Result result;
  std::vector<int32_t> index_of_code(count);
  for (const auto& [name, code] : classes) {
    index_of_code[code] = static_cast<int32_t>(result.class_names.size());
    result.class_names.push_back(name);
  }
  result.labels = std::move(rows_);
  for (int32_t& label : result.labels) label = index_of_code[label];
  return result;
}

}  // namespace traind
