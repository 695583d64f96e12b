#include "server/datasets/tensor_reader.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/core/multiversion.h"
#include "server/errors/text.h"

namespace traind {
namespace {

constexpr size_t kWordBytes = 4;

static_assert(std::endian::native == std::endian::little, "stored numbers are mapped as they are");

// They may lie at any address.
uint32_t Word(std::string_view words, size_t index) {
  uint32_t word;
  std::memcpy(&word, words.data() + index * kWordBytes, kWordBytes);
  return word;
}

bool IsFinite(uint32_t float_bits) { return (float_bits & 0x7F800000u) != 0x7F800000u; }

// One comparison at the end, so that it runs at the speed of memory.
TRAIND_MULTIVERSION bool AllFinite(std::string_view words) {
  const char* bytes = words.data();
  const size_t count = words.size() / kWordBytes;
  uint32_t others = 0;
  for (size_t i = 0; i < count; ++i) {
    uint32_t word;
    std::memcpy(&word, bytes + i * kWordBytes, kWordBytes);
    others |= static_cast<uint32_t>(!IsFinite(word));
  }
  return others == 0;
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
    if (!cut_.empty() || bytes.size() < kWordBytes) {
      const std::string_view piece = bytes.substr(0, kWordBytes - cut_.size());
      cut_ += piece;
      bytes.remove_prefix(piece.size());
      if (cut_.size() < kWordBytes) continue;
      if (absl::Status status = Take(std::exchange(cut_, "")); !status.ok()) return status;
    } else {
      const auto left = static_cast<size_t>(EndOfKind() - words_read_);
      const std::string_view words = bytes.substr(0, std::min(left, bytes.size() / kWordBytes) * kWordBytes);
      if (absl::Status status = Take(words); !status.ok()) return status;
      bytes.remove_prefix(words.size());
    }
  }
  return absl::OkStatus();
}

int64_t TensorReader::EndOfKind() const {
  if (words_read_ < feature_words_) return feature_words_;
  return words_read_ < label_end_ ? label_end_ : all_words_;
}

absl::Status TensorReader::Take(std::string_view words) {
  const bool features = words_read_ < feature_words_;
  BlobWriter* blob = output_.features.get();
  if (features) {
    CheckFeatures(words);
  } else if (words_read_ < label_end_) {
    blob = output_.labels.get();
    CheckLabels(words);
  } else {
    blob = output_.weights.get();
    CheckWeights(words);
  }
  words_read_ += static_cast<int64_t>(words.size() / kWordBytes);
  if (!features || !faults_.empty()) InputHash().Update(words);
  if (faults_.IsHopeless()) return faults_.ToStatus();
  return faults_.empty() ? blob->Append(words) : absl::OkStatus();
}

Sha256& TensorReader::InputHash() {
  if (!input_hash_) input_hash_ = output_.features->HashSoFar();
  return *input_hash_;
}

std::string TensorReader::InputSha256() {
  InputHash().Update(cut_);
  return InputHash().Finish();
}

void TensorReader::CheckFeatures(std::string_view words) {
  if (AllFinite(words)) return;
  for (size_t i = 0; i < words.size() / kWordBytes; ++i) {
    const uint32_t word = Word(words, i);
    if (IsFinite(word)) continue;
    const int64_t row = (words_read_ + static_cast<int64_t>(i)) / format_.features;
    const int64_t column = (words_read_ + static_cast<int64_t>(i)) % format_.features;
    faults_.Add(column, absl::StrCat("data row ", row + 1, ", column ", Quoted(FeatureName(column))),
                absl::StrCat(std::bit_cast<float>(word), " is not a finite number"));
  }
}

void TensorReader::CheckLabels(std::string_view words) {
  const int64_t first = words_read_ - feature_words_;
  if (task_ == Task::kRegression && AllFinite(words)) return;
  for (size_t i = 0; i < words.size() / kWordBytes; ++i) {
    const uint32_t word = Word(words, i);
    std::string fault;
    if (task_ == Task::kRegression) {
      if (!IsFinite(word)) fault = absl::StrCat(std::bit_cast<float>(word), " is not a finite number");
    } else if (word >= format_.classes) {
      fault = absl::StrCat(static_cast<int32_t>(word), " is no class; must be 0 to ", format_.classes - 1);
    }
    if (fault.empty()) continue;
    const int64_t row = (first + static_cast<int64_t>(i)) / labels_;
    const int64_t label = (first + static_cast<int64_t>(i)) % labels_;
    // Labels are counted as the columns after the last feature.
    faults_.Add(format_.features + label, absl::StrCat("data row ", row + 1, ", ", LabelName(label)), fault);
  }
}

void TensorReader::CheckWeights(std::string_view words) {
  const int64_t first_row = words_read_ - label_end_;
  for (size_t i = 0; i < words.size() / kWordBytes; ++i) {
    const uint32_t word = Word(words, i);
    const auto weight = std::bit_cast<float>(word);
    any_weight_ = any_weight_ || weight > 0;
    if (IsFinite(word) && weight >= 0) continue;
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
