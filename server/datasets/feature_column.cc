#include "server/datasets/feature_column.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/datasets/cell_text.h"
#include "server/datasets/dataset_format.h"
#include "server/datasets/number.h"
#include "server/errors/text.h"

namespace traind {
namespace {

constexpr uint32_t kMissingCell = 0x7FC00000;  // a quiet NaN
constexpr size_t kSuspects = 3;
constexpr int64_t kFewCategories = 20;
constexpr const char* kCures =
    "; correct it, or say in format.csv.columns that the column is CATEGORICAL, or to IGNORE it";

bool IsNumber(uint32_t cell) { return (cell & 0x7F800000) != 0x7F800000; }

}  // namespace

absl::Status FeatureColumn::Read(std::string_view text, int64_t row, int64_t line, ColumnBudget& budget,
                                 uint32_t& cell) {
  cell = kMissingCell;
  if (IsMissing(text)) {
    ++missing_;
    return absl::OkStatus();
  }
  if (said_categorical()) return ReadText(text, budget, cell);
  const absl::StatusOr<float> number = ParseFloat32(text);
  if (number.ok()) {
    // A zero below zero is a zero.
    const float value = *number == 0 ? 0.0f : *number;
    numbers_.Add(value, budget.distinct_numbers);
    cell = std::bit_cast<uint32_t>(value);
    return absl::OkStatus();
  }
  if (said_ == ColumnKind::kNumeric) {
    return absl::InvalidArgumentError(absl::StrCat(number.status().message(), ", and the column is numeric"));
  }
  if (IsNumberOutOfRange(text)) return absl::InvalidArgumentError(absl::StrCat(number.status().message(), kCures));
  if (suspects_.size() < kSuspects) {
    suspects_.push_back({row, absl::StrCat("line ", line, ": ", number.status().message())});
  }
  if (IsDate(text)) ++dates_;
  return ReadText(text, budget, cell);
}

absl::Status FeatureColumn::ReadText(std::string_view text, ColumnBudget& budget, uint32_t& cell) {
  ++texts_;
  if (texts_dropped_) return absl::OkStatus();
  const auto code = static_cast<uint32_t>(text_counts_.size());
  uint32_t known = code;
  if (const auto found = codes_.find(absl::string_view(text.data(), text.size())); found != codes_.end()) {
    known = found->second;
  } else {
    if (const std::string fault = NameFault(text); !fault.empty()) {
      if (said_categorical() || text.size() <= kMaxNameBytes) {
        return absl::InvalidArgumentError(absl::StrCat(Quoted(text), " ", fault));
      }
      too_long_ = true;
      DropTexts(budget);
      return absl::OkStatus();
    }
    if (said_categorical() && codes_.size() == kMaxCategories) {
      return absl::ResourceExhaustedError(absl::StrCat(Quoted(text), " is category number ", codes_.size() + 1,
                                                       "; at most ", kMaxCategories,
                                                       " are possible: is this column a category?"));
    }
    if (!said_categorical() && codes_.size() == kMaxInferredCategories) {
      DropTexts(budget);
      return absl::OkStatus();
    }
    budget.text_bytes -= static_cast<int64_t>(text.size());
    if (budget.text_bytes < 0) {
      return absl::ResourceExhaustedError(
          "there are too many different texts in all columns together: say in "
          "format.csv.columns which of them to IGNORE");
    }
    codes_.emplace(text, code);
    text_counts_.push_back(0);
  }
  ++text_counts_[known];
  cell = kMissingCell + 1 + known;
  return absl::OkStatus();
}

void FeatureColumn::DropTexts(ColumnBudget& budget) {
  texts_dropped_ = true;
  for (const auto& [text, code] : codes_) budget.text_bytes += static_cast<int64_t>(text.size());
  codes_ = {};
  text_counts_ = {};
}

FeatureColumn::Verdict FeatureColumn::Finish() {
  Verdict verdict;
  Column& column = verdict.column;
  column.name = std::move(name_);
  column.statistics = numbers_.Result();
  column.statistics.missing = missing_;
  const int64_t values = numbers_.count() + texts_;
  if (said_ == ColumnKind::kNumeric || (!said_ && texts_ == 0 && values > 0)) {
    column.kind = ColumnKind::kNumeric;
    if (values > 0 && missing_ == 0 && column.statistics.minimum == column.statistics.maximum) {
      column.warning = "is the same in every row and teaches nothing";
    } else if (values == 0) {
      column.warning = "has no value in any row and teaches nothing";
    }
    return verdict;
  }
  if (!said_ && numbers_.count() > texts_) {
    verdict.suspects = std::move(suspects_);
    for (Suspect& suspect : verdict.suspects) {
      absl::StrAppend(&suspect.description, ", as ", numbers_.count(), " of the column's ", values, " values are",
                      kCures);
    }
    verdict.more_suspects = texts_ - static_cast<int64_t>(verdict.suspects.size());
    return verdict;
  }
  column.statistics.count = values;
  if (std::string reason = said_ ? "" : ReasonAgainst(); !reason.empty()) {
    column.kind = ColumnKind::kIgnore;
    column.warning = absl::StrCat("is left out: ", reason);
    column.statistics = {.count = values, .missing = missing_};
    return verdict;
  }
  column.kind = ColumnKind::kCategorical;
  if (values == 0) column.warning = "has no value in any row and teaches nothing";
  NameCategories(column);
  return verdict;
}

std::string FeatureColumn::ReasonAgainst() const {
  const char* const cure = "; if it is a category, say in format.csv.columns that it is CATEGORICAL";
  const int64_t values = numbers_.count() + texts_;
  if (values == 0) return "it has no value in any row";
  if (2 * dates_ > values) return absl::StrCat("it holds dates; turn them into numbers that mean something", cure);
  if (too_long_) return absl::StrCat("it holds texts of more than ", kMaxNameBytes, " bytes, which are no categories");
  const size_t distinct = codes_.size() + numbers_.counts().size();
  if (texts_dropped_ || !numbers_.counts_all() || distinct > kMaxInferredCategories) {
    return absl::StrCat("it has more than ", kMaxInferredCategories, " different texts", cure);
  }
  if (const auto count = static_cast<int64_t>(distinct); count > kFewCategories && 2 * count > values) {
    return absl::StrCat(count, " of its ", values, " values are different, as in a name or an identifier", cure);
  }
  if (distinct == 1 && missing_ == 0) return absl::StrCat("it holds the same text in every row", cure);
  return "";
}

void FeatureColumn::NameCategories(Column& column) {
  struct Category {
    std::string name;
    int64_t count;
    std::optional<uint32_t> code;
    float number;
  };
  std::vector<Category> categories;
  for (const auto& [text, code] : codes_) categories.push_back({text, text_counts_[code], code, 0});
  for (const auto& [number, count] : numbers_.counts()) categories.push_back({NumberText(number), count, {}, number});
  std::ranges::sort(categories, {}, &Category::name);
  categorical_ = true;
  index_of_code_.resize(text_counts_.size());
  ColumnStatistics& statistics = column.statistics;
  statistics = {.count = statistics.count, .missing = missing_};
  for (const Category& category : categories) {
    const auto index = static_cast<int32_t>(column.categories.size());
    if (category.code) {
      index_of_code_[*category.code] = index;
    } else {
      index_of_number_[category.number] = index;
    }
    column.categories.push_back(category.name);
    if (category.count <= statistics.most_frequent_count) continue;
    statistics.most_frequent = category.name;
    statistics.most_frequent_count = category.count;
  }
  codes_ = {};
}

float FeatureColumn::Stored(uint32_t cell) const {
  if (cell == kMissingCell) return std::numeric_limits<float>::quiet_NaN();
  if (!categorical_) return std::bit_cast<float>(cell);
  return static_cast<float>(IsNumber(cell) ? index_of_number_.at(std::bit_cast<float>(cell))
                                           : index_of_code_[cell - kMissingCell - 1]);
}

}  // namespace traind
