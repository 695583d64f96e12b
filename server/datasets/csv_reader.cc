#include "server/datasets/csv_reader.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/datasets/append_numbers.h"
#include "server/datasets/cell_text.h"
#include "server/datasets/number.h"
#include "server/errors/text.h"

namespace traind {
namespace {

constexpr size_t kMaxColumnsInMessage = 20;

std::string ListOf(const std::vector<std::string>& columns) {
  std::string list;
  for (size_t i = 0; i < std::min(columns.size(), kMaxColumnsInMessage); ++i) {
    absl::StrAppend(&list, i == 0 ? "" : ", ", Quoted(columns[i]));
  }
  if (columns.size() > kMaxColumnsInMessage) {
    absl::StrAppend(&list, " and ", columns.size() - kMaxColumnsInMessage, " more");
  }
  return list;
}

}  // namespace

CsvReader::CsvReader(const CsvFormat& format, Task task, BlobStore& blobs, DatasetWriters& output)
    : format_(format),
      label_columns_(format.AllLabels()),
      task_(task),
      max_columns_(kMaxFeatures + label_columns_.size() + (format.weight_column.empty() ? 0 : 1)),
      output_(output),
      parser_(*this),
      features_(blobs, output) {
  if (label_columns_.size() == 1) schema_.label_column = label_columns_[0];
  if (task == Task::kRegression) {
    schema_.target_names = label_columns_;
    targets_.resize(label_columns_.size());
    target_statistics_.resize(label_columns_.size());
  }
}

absl::Status CsvReader::Feed(std::string_view bytes) {
  const absl::Status parsed = parser_.Feed(bytes);
  if (!parsed.ok() || !written_.ok() || hopeless_) return Verdict(parsed);
  return absl::OkStatus();
}

absl::StatusOr<TableSchema> CsvReader::Finish() {
  const absl::Status parsed = parser_.Finish();
  if (parsed.ok() && !hopeless_ && schema_.rows == 0) {
    faults_.Add(FaultList::kAnyColumn, "data",
                header_read_ ? "has a header but no rows" : "is empty; it starts with a header line of column names");
  }
  std::vector<Column> features = features_.Judge(faults_);
  if (absl::Status verdict = Verdict(parsed); !verdict.ok()) return verdict;
  TakeFeatures(std::move(features));
  if (schema_.feature_names.empty()) {
    const auto left_out = std::ranges::find_if(schema_.columns, [](const Column& c) { return !c.warning.empty(); });
    return InvalidFields(
        {{"data", absl::StrCat("has no column to learn from: ", Quoted(left_out->name), " ", left_out->warning)}});
  }
  if (!format_.weight_column.empty() && !any_weight_) {
    return InvalidFields(
        {{absl::StrCat("data column ", Quoted(format_.weight_column)), "is 0 in every row; nothing could be learned"}});
  }
  if (task_ == Task::kClassification) {
    if (absl::Status status = WriteClasses(); !status.ok()) return status;
  }
  if (std::string fault = NamesFault(schema_); !fault.empty()) return InvalidFields({{"data", std::move(fault)}});
  if (absl::Status status = features_.Write(); !status.ok()) return status;
  return std::move(schema_);
}

absl::Status CsvReader::WriteClasses() {
  absl::StatusOr<ClassLabels::Result> classes = labels_.Finish();
  if (!classes.ok()) {
    return InvalidFields(
        {{absl::StrCat("data column ", Quoted(schema_.label_column)), std::string(classes.status().message())}});
  }
  schema_.class_names = std::move(classes->class_names);
  const auto label = std::ranges::find(schema_.columns, ColumnKind::kLabel, &Column::kind);
  std::vector<int64_t> counts(schema_.class_names.size());
  for (const int32_t row : classes->labels) ++counts[row];
  const auto most = std::ranges::max_element(counts);
  label->statistics = {
      .count = schema_.rows, .most_frequent = schema_.class_names[most - counts.begin()], .most_frequent_count = *most};
  return AppendNumbers(std::span<const int32_t>(classes->labels), *output_.labels);
}

void CsvReader::TakeFeatures(std::vector<Column> features) {
  schema_.feature_names.clear();
  for (size_t i = 0; i < columns_.size(); ++i) {
    const auto [kind, index] = roles_[i];
    if (kind == ColumnKind::kNumeric) {
      Column& feature = schema_.columns.emplace_back(std::move(features[index]));
      if (feature.kind != ColumnKind::kIgnore) schema_.feature_names.push_back(feature.name);
      continue;
    }
    Column& column = schema_.columns.emplace_back();
    column.name = columns_[i];
    column.kind = kind;
    if (kind == ColumnKind::kLabel && task_ == Task::kRegression)
      column.statistics = target_statistics_[index].Result();
    if (kind == ColumnKind::kWeight) column.statistics = weight_statistics_.Result();
  }
}

// What is wrong so far, the output's failures first.
absl::Status CsvReader::Verdict(const absl::Status& parsed) {
  if (!written_.ok()) return written_;
  if (!parsed.ok()) {
    if (!absl::IsInvalidArgument(parsed)) return parsed;
    const std::string field = header_read_ ? absl::StrCat("data row ", schema_.rows + 1) : "data header";
    faults_.Add(FaultList::kAnyColumn, field, std::string(parsed.message()));
  }
  return faults_.empty() ? absl::OkStatus() : faults_.ToStatus();
}

void CsvReader::OnField(std::string_view text) {
  if (!header_read_) {
    // The header ends somewhere, but 16 million columns fit into it: those too many are counted, not kept.
    if (columns_.size() < max_columns_) columns_.emplace_back(text);
  } else if (column_ < static_cast<int64_t>(columns_.size())) {
    switch (const auto [kind, index] = roles_[column_]; kind) {
      case ColumnKind::kLabel:
        ReadLabel(text, index);
        break;
      case ColumnKind::kWeight:
        ReadWeight(text);
        break;
      case ColumnKind::kIgnore:
        break;
      default:
        ReadFeature(text, index);
    }
  }
  ++column_;
}

bool CsvReader::OnEndOfRow() {
  if (header_read_) {
    EndDataRow();
  } else {
    CheckHeader();
    // What the columns are is not known: nothing sensible can be said of the rows.
    hopeless_ = !faults_.empty();
  }
  column_ = 0;
  hopeless_ = hopeless_ || faults_.IsHopeless();
  return written_.ok() && !hopeless_;
}

void CsvReader::CheckHeader() {
  header_read_ = true;
  const std::string field = "data header";
  if (column_ > static_cast<int64_t>(max_columns_)) {  // not all of them are known
    faults_.Add(FaultList::kAnyColumn, field,
                FeatureCountFault(column_ - static_cast<int64_t>(max_columns_) + kMaxFeatures));
    return;
  }
  Positions positions;
  for (size_t i = 0; i < columns_.size(); ++i) {
    const auto [first, inserted] = positions.emplace(columns_[i], i);
    std::string fault = NameFault(columns_[i]);
    if (fault.empty() && !inserted)
      fault = absl::StrCat("is also column ", first->second + 1, "; names must be distinct");
    if (!fault.empty()) {
      faults_.Add(FaultList::kAnyColumn, field, absl::StrCat("column ", i + 1, ": ", Quoted(columns_[i]), " ", fault));
    }
  }
  AssignRoles(positions);
  if (features_.size() == 0) faults_.Add(FaultList::kAnyColumn, field, FeatureCountFault(0));
  schema_.feature_names = columns_;  // until it is known which of them are
  if (std::string fault = NamesFault(schema_); !fault.empty()) {
    faults_.Add(FaultList::kAnyColumn, field, std::move(fault));
  }
}

void CsvReader::AssignRoles(const Positions& positions) {
  roles_.assign(columns_.size(), {ColumnKind::kNumeric});
  const auto assign = [&](std::string field, const std::string& column, Role role) {
    if (const auto found = positions.find(column); found != positions.end()) {
      roles_[found->second] = role;
    } else {
      AddMissingColumn(std::move(field), column);
    }
  };
  std::vector<std::optional<ColumnKind>> said(columns_.size());
  for (size_t i = 0; i < format_.columns.size(); ++i) {
    const auto& [name, kind] = format_.columns[i];
    const std::string field = absl::StrCat("format.csv.columns[", i, "].name");
    assign(field, name, {kind == ColumnKind::kIgnore ? kind : ColumnKind::kNumeric});
    if (const auto found = positions.find(name); found != positions.end()) said[found->second] = kind;
  }
  for (size_t i = 0; i < label_columns_.size(); ++i) {
    assign(format_.LabelField(i), label_columns_[i], {ColumnKind::kLabel, static_cast<int32_t>(i)});
  }
  if (const std::string& weight = format_.weight_column; !weight.empty()) {
    assign("format.csv.weight_column", weight, {ColumnKind::kWeight});
  }
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (roles_[i].kind != ColumnKind::kNumeric) continue;
    roles_[i].index = static_cast<int32_t>(features_.size());
    features_.AddColumn(columns_[i], static_cast<int64_t>(i), said[i]);
  }
}

std::string CsvReader::FeatureCountFault(int64_t count) const {
  const size_t labels = label_columns_.size();
  return absl::StrCat(count, " columns besides the ", labels == 1 ? "label" : absl::StrCat(labels, " labels"),
                      format_.weight_column.empty() ? "" : " and the weight", "; must be 1 to ", kMaxFeatures);
}

void CsvReader::AddMissingColumn(std::string field, const std::string& column) {
  faults_.Add(FaultList::kAnyColumn, std::move(field),
              absl::StrCat(Quoted(column), " is not in the header; the columns are ", ListOf(columns_)));
}

void CsvReader::ReadLabel(std::string_view text, int32_t index) {
  if (IsMissing(text)) {
    const std::string what = text.empty() ? "is missing" : absl::StrCat(Quoted(text), " stands for a missing value");
    return AddCellFault(absl::StrCat(what, "; every row needs its label"));
  }
  if (task_ == Task::kRegression) {
    const absl::StatusOr<float> target = ParseFloat32(text);
    if (target.ok()) {
      targets_[index] = *target;
      target_statistics_[index].Add(*target, features_.budget().distinct_numbers);
    } else {
      AddCellFault(std::string(target.status().message()));
    }
    return;
  }
  const absl::Status added = labels_.Add(text);
  if (added.ok()) return;
  AddCellFault(std::string(added.message()));
  hopeless_ = hopeless_ || absl::IsOutOfRange(added);
}

void CsvReader::ReadFeature(std::string_view text, size_t feature) {
  const absl::Status read = features_.Read(feature, text, schema_.rows + 1, parser_.row_line());
  if (read.ok()) return;
  if (row_faults_.IsFull(column_)) {
    row_faults_.Count();
  } else {
    AddCellFault(std::string(read.message()));
  }
  hopeless_ = hopeless_ || absl::IsResourceExhausted(read);
}

void CsvReader::ReadWeight(std::string_view text) {
  const absl::StatusOr<float> weight = ParseFloat32(text);
  if (!weight.ok()) return AddCellFault(std::string(weight.status().message()));
  if (*weight < 0) return AddCellFault(absl::StrCat(Quoted(text), " is negative; a weight is 0 or more"));
  weight_ = *weight;
  any_weight_ = any_weight_ || weight_ > 0;
  weight_statistics_.Add(weight_, features_.budget().distinct_numbers);
}

void CsvReader::AddCellFault(const std::string& sentence) {
  row_faults_.Add(column_, absl::StrCat("data row ", schema_.rows + 1, ", column ", Quoted(columns_[column_])),
                  absl::StrCat("line ", parser_.row_line(), ": ", sentence));
}

void CsvReader::EndDataRow() {
  const auto columns = static_cast<int64_t>(columns_.size());
  if (column_ != columns) {
    // Its fields may stand under other columns than their own: what they hold says nothing.
    row_faults_ = FaultList();
    faults_.Add(FaultList::kAnyColumn, absl::StrCat("data row ", schema_.rows + 1),
                absl::StrCat("line ", parser_.row_line(), ": has ", column_, " fields; the header has ", columns));
  } else {
    faults_.Take(row_faults_);
  }
  ++schema_.rows;
  if (faults_.empty()) {
    written_.Update(features_.EndRow());
    if (task_ == Task::kRegression) written_.Update(AppendNumbers(std::span<const float>(targets_), *output_.labels));
    if (output_.weights != nullptr)
      written_.Update(AppendNumbers(std::span<const float>(&weight_, 1), *output_.weights));
  }
}

}  // namespace traind
