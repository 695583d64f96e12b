#include "server/datasets/tensor_reader.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/datasets/append_numbers.h"
#include "server/errors/text.h"

namespace traind {
namespace {

constexpr size_t kWordBytes = 4;
constexpr size_t kBlockBytes = 64 << 10;

bool IsFinite(uint32_t float_bits) { return (float_bits & 0x7F800000u) != 0x7F800000u; }

// One comparison at the end, so that it runs at the speed of memory.
bool AllFinite(std::span<const uint32_t> words) {
  bool finite = true;
  for (uint32_t word : words) finite &= IsFinite(word);
  return finite;
}

std::vector<std::string> NamesOrNumbers(const std::vector<std::string>& names, int64_t count) {
  if (!names.empty()) return names;
  std::vector<std::string> numbers;
  for (int64_t i = 0; i < count; ++i) numbers.push_back(absl::StrCat(i));
  return numbers;
}

}  // namespace

TensorReader::TensorReader(TensorFormat format, Task task, DatasetWriters& output)
    : format_(std::move(format)),
      task_(task),
      labels_(task == Task::kRegression ? format_.targets : 1),
      feature_words_(format_.rows * format_.features),
      label_end_(feature_words_ + format_.rows * labels_),
      all_words_(label_end_ + (format_.has_weights ? format_.rows : 0)),
      output_(output) {}

absl::Status TensorReader::Feed(std::string_view bytes) {
  if (static_cast<int64_t>(words_read_ * kWordBytes + cut_.size() + bytes.size()) >
      static_cast<int64_t>(all_words_ * kWordBytes)) {
    faults_.Add(FaultList::kAnyColumn, "data",
                absl::StrCat("is longer than the ", all_words_ * kWordBytes, " bytes that ", Sizes(), " come to"));
    return faults_.ToStatus();
  }
  while (!bytes.empty()) {
    // Copied because a number may lie at any address, and across two calls.
    const std::string_view piece = bytes.substr(0, kBlockBytes - cut_.size());
    bytes.remove_prefix(piece.size());
    cut_ += piece;
    words_.resize(cut_.size() / kWordBytes);
    std::memcpy(words_.data(), cut_.data(), words_.size() * kWordBytes);
    cut_.erase(0, words_.size() * kWordBytes);
    for (std::span<const uint32_t> left(words_); !left.empty();) {
      const int64_t end = words_read_ < feature_words_ ? feature_words_
                          : words_read_ < label_end_   ? label_end_
                                                       : all_words_;
      const auto part = left.first(std::min<size_t>(left.size(), end - words_read_));
      if (absl::Status status = Take(part); !status.ok()) return status;
      left = left.subspan(part.size());
    }
  }
  return absl::OkStatus();
}

absl::Status TensorReader::Take(std::span<const uint32_t> words) {
  BlobWriter* blob = output_.features.get();
  if (words_read_ < feature_words_) {
    CheckFeatures(words);
  } else if (words_read_ < label_end_) {
    blob = output_.labels.get();
    CheckLabels(words);
  } else {
    blob = output_.weights.get();
    CheckWeights(words);
  }
  words_read_ += static_cast<int64_t>(words.size());
  if (faults_.IsHopeless()) return faults_.ToStatus();
  if (!faults_.empty()) return absl::OkStatus();
  return AppendNumbers(words, *blob);
}

void TensorReader::CheckFeatures(std::span<const uint32_t> words) {
  if (AllFinite(words)) return;
  for (size_t i = 0; i < words.size(); ++i) {
    if (IsFinite(words[i])) continue;
    const int64_t row = (words_read_ + static_cast<int64_t>(i)) / format_.features;
    const int64_t column = (words_read_ + static_cast<int64_t>(i)) % format_.features;
    faults_.Add(column, absl::StrCat("data row ", row + 1, ", column ", Quoted(FeatureName(column))),
                absl::StrCat(std::bit_cast<float>(words[i]), " is not a finite number"));
  }
}

void TensorReader::CheckLabels(std::span<const uint32_t> words) {
  const int64_t first = words_read_ - feature_words_;
  if (task_ == Task::kRegression && AllFinite(words)) return;
  for (size_t i = 0; i < words.size(); ++i) {
    std::string fault;
    if (task_ == Task::kRegression) {
      if (!IsFinite(words[i])) fault = absl::StrCat(std::bit_cast<float>(words[i]), " is not a finite number");
    } else if (words[i] >= format_.classes) {
      fault = absl::StrCat(static_cast<int32_t>(words[i]), " is no class; must be 0 to ", format_.classes - 1);
    }
    if (fault.empty()) continue;
    const int64_t row = (first + static_cast<int64_t>(i)) / labels_;
    const int64_t label = (first + static_cast<int64_t>(i)) % labels_;
    // Labels are counted as the columns after the last feature.
    faults_.Add(format_.features + label, absl::StrCat("data row ", row + 1, ", ", LabelName(label)), fault);
  }
}

void TensorReader::CheckWeights(std::span<const uint32_t> words) {
  const int64_t first_row = words_read_ - label_end_;
  for (size_t i = 0; i < words.size(); ++i) {
    const auto weight = std::bit_cast<float>(words[i]);
    any_weight_ = any_weight_ || weight > 0;
    if (IsFinite(words[i]) && weight >= 0) continue;
    faults_.Add(format_.features + labels_,
                absl::StrCat("data row ", first_row + static_cast<int64_t>(i) + 1, ", weight"),
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
  return absl::StrCat("row_count (", format_.rows, ") x (feature_count (", format_.features, ") + ",
                      task_ == Task::kRegression ? absl::StrCat("target_count (", labels_, ")") : "1",
                      format_.has_weights ? " + 1 weight" : "", ") x 4");
}

absl::StatusOr<TableSchema> TensorReader::Finish() {
  if (words_read_ != all_words_) {
    faults_.Add(FaultList::kAnyColumn, "data",
                absl::StrCat("has ", words_read_ * kWordBytes + cut_.size(), " bytes; ", Sizes(), " come to ",
                             all_words_ * kWordBytes));
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
