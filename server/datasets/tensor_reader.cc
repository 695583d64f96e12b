#include "server/datasets/tensor_reader.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/datasets/element_checks.h"
#include "server/errors/text.h"

namespace traind {
namespace {

std::string NotFinite(double number) {
  if (std::isfinite(number)) return absl::StrCat(number, " is too large for float32, which trains; at most 3.4e38");
  return absl::StrCat(number, " is not a finite number");
}

bool IsFinite(double number) { return std::isfinite(static_cast<float>(number)); }

std::vector<std::string> NamesOrNumbers(const std::vector<std::string>& names, int64_t count) {
  if (!names.empty()) return names;
  std::vector<std::string> numbers;
  for (int64_t i = 0; i < count; ++i) numbers.push_back(absl::StrCat(i));
  return numbers;
}

}  // namespace

TensorReader::TensorReader(TensorFormat format, Task task)
    : format_(std::move(format)),
      task_(task),
      labels_(task == Task::kRegression ? format_.targets : 1),
      layout_(LayoutOf(format_, task)) {}

absl::Status TensorReader::Feed(std::string_view bytes) {
  if (static_cast<int64_t>(bytes.size()) > layout_.size - read_) {
    faults_.Add(FaultList::kAnyColumn, "data",
                absl::StrCat("is longer than the ", layout_.size, " bytes that ", Sizes(), " come to"));
    return faults_.ToStatus();
  }
  while (!bytes.empty()) {
    const DatasetPart& part = layout_.parts[part_sha256s_.size()];
    const bool padding = read_ < part.offset;
    const std::string_view piece = bytes.substr(0, (padding ? part.offset : part.offset + part.size) - read_);
    input_hash_.Update(piece);
    if (padding) {
      TakePadding(piece);
    } else {
      TakePart(piece);
    }
    bytes.remove_prefix(piece.size());
  }
  return faults_.IsHopeless() ? faults_.ToStatus() : absl::OkStatus();
}

void TensorReader::TakePadding(std::string_view bytes) {
  if (std::ranges::any_of(bytes, [](char byte) { return byte != 0; })) {
    faults_.Add(FaultList::kAnyColumn, "data padding",
                absl::StrCat("before byte ", read_ + static_cast<int64_t>(bytes.size()), " is not all 0"));
  }
  read_ += static_cast<int64_t>(bytes.size());
}

void TensorReader::TakePart(std::string_view bytes) {
  const size_t index = part_sha256s_.size();
  const DatasetPart& part = layout_.parts[index];
  const auto element = static_cast<size_t>(engine::SizeOf(part.type));
  if (index > 0) part_hash_.Update(bytes);
  const int64_t first = (read_ - part.offset) / static_cast<int64_t>(element);
  read_ += static_cast<int64_t>(bytes.size());
  int64_t completed = 0;
  if (!cut_.empty()) {
    const std::string_view rest = bytes.substr(0, element - cut_.size());
    cut_ += rest;
    bytes.remove_prefix(rest.size());
    if (cut_.size() == element) {
      Check(std::exchange(cut_, ""), first);
      completed = 1;
    }
  }
  const std::string_view whole = bytes.substr(0, bytes.size() / element * element);
  if (!whole.empty()) Check(whole, first + completed);
  cut_ += bytes.substr(whole.size());
  if (read_ < part.offset + part.size) return;
  Sha256 hash = index == 0 ? input_hash_ : std::exchange(part_hash_, Sha256());
  part_sha256s_.push_back(hash.Finish());
}

void TensorReader::Check(std::string_view elements, int64_t first) {
  switch (part_sha256s_.size()) {
    case 0:
      return CheckFeatures(elements, first);
    case 1:
      return CheckLabels(elements, first);
    default:
      return CheckWeights(elements, first);
  }
}

void TensorReader::CheckFeatures(std::string_view elements, int64_t first) {
  if (AllFinite(format_.feature_type, elements)) return;
  const int64_t count = static_cast<int64_t>(elements.size()) / engine::SizeOf(format_.feature_type);
  for (int64_t i = 0; i < count; ++i) {
    const double number = NumberAt(format_.feature_type, elements, i);
    if (IsFinite(number)) continue;
    const int64_t row = (first + i) / format_.features;
    const int64_t column = (first + i) % format_.features;
    faults_.Add(column, absl::StrCat("data row ", row + 1, ", column ", Quoted(FeatureName(column))),
                NotFinite(number));
  }
}

void TensorReader::CheckLabels(std::string_view elements, int64_t first) {
  const engine::ElementType type = layout_.parts[1].type;
  const bool classes = task_ == Task::kClassification;
  if (classes ? AllClasses(type, elements, format_.classes) : AllFinite(type, elements)) return;
  const int64_t count = static_cast<int64_t>(elements.size()) / engine::SizeOf(type);
  for (int64_t i = 0; i < count; ++i) {
    std::string fault;
    if (!classes) {
      const double number = NumberAt(type, elements, i);
      if (!IsFinite(number)) fault = NotFinite(number);
    } else if (const int64_t label = IntegerAt(type, elements, i); label < 0 || label >= format_.classes) {
      fault = absl::StrCat(label, " is no class; must be 0 to ", format_.classes - 1);
    }
    if (fault.empty()) continue;
    const int64_t row = (first + i) / labels_;
    const int64_t label = (first + i) % labels_;
    // Labels are counted as the columns after the last feature.
    faults_.Add(format_.features + label, absl::StrCat("data row ", row + 1, ", ", LabelName(label)), fault);
  }
}

void TensorReader::CheckWeights(std::string_view elements, int64_t first) {
  const int64_t count = static_cast<int64_t>(elements.size()) / engine::SizeOf(format_.weight_type);
  for (int64_t i = 0; i < count; ++i) {
    const double weight = NumberAt(format_.weight_type, elements, i);
    // What is too small for float32 weighs nothing.
    any_weight_ = any_weight_ || static_cast<float>(weight) > 0;
    if (IsFinite(weight) && weight >= 0) continue;
    faults_.Add(format_.features + labels_, absl::StrCat("data row ", first + i + 1, ", weight"),
                absl::StrCat(weight, " is no weight; must be a finite number of 0 or more"));
  }
}

std::string TensorReader::FeatureName(int64_t index) const {
  return format_.feature_names.empty() ? absl::StrCat(index) : format_.feature_names[index];
}

std::string TensorReader::LabelName(int64_t index) const {
  if (labels_ == 1) return "label";
  return absl::StrCat("target ",
                      Quoted(format_.target_names.empty() ? absl::StrCat(index) : format_.target_names[index]));
}

std::string TensorReader::Sizes() const {
  const auto bytes = [this](size_t part) { return absl::StrCat(" x ", engine::SizeOf(layout_.parts[part].type)); };
  return absl::StrCat("row_count (", format_.rows, ") x (feature_count (", format_.features, ")", bytes(0), " + ",
                      task_ == Task::kRegression ? absl::StrCat("target_count (", labels_, ")") : "1 label", bytes(1),
                      format_.has_weights ? absl::StrCat(" + 1 weight", bytes(2)) : "", ")");
}

absl::StatusOr<TableSchema> TensorReader::Finish() {
  if (read_ != layout_.size) {
    faults_.Add(FaultList::kAnyColumn, "data",
                absl::StrCat("has ", read_, " bytes; ", Sizes(), " come to ", layout_.size));
  }
  if (faults_.empty() && format_.has_weights && !any_weight_) {
    faults_.Add(FaultList::kAnyColumn, "data weights", "are 0 in every row; nothing could be learned");
  }
  if (!faults_.empty()) return faults_.ToStatus();
  TableSchema schema;
  schema.rows = format_.rows;
  schema.feature_names = NamesOrNumbers(format_.feature_names, format_.features);
  if (task_ == Task::kClassification) {
    schema.class_names = NamesOrNumbers(format_.class_names, format_.classes);
  } else {
    schema.target_names = NamesOrNumbers(format_.target_names, format_.targets);
  }
  return schema;
}

}  // namespace traind
