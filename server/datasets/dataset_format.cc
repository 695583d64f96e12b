#include "server/datasets/dataset_format.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "server/datasets/table_reader.h"
#include "server/errors/text.h"

namespace traind {
namespace {

constexpr size_t kMaxNameFaults = 20;

void CheckRange(int64_t value, int64_t low, int64_t high, const char* field, std::vector<FieldViolation>& faults) {
  if (value < low || value > high) faults.push_back({field, absl::StrCat(value, "; must be ", low, " to ", high)});
}

void CheckNames(const std::vector<std::string>& names, int64_t count, const std::string& field, const char* counted_by,
                std::vector<FieldViolation>& faults) {
  if (names.empty()) return;
  if (static_cast<int64_t>(names.size()) != count) {
    faults.push_back({field, absl::StrCat(names.size(), " names; must be none or ", counted_by, " (", count, ")")});
  }
  absl::flat_hash_set<std::string_view> seen;
  size_t found = 0;
  for (size_t i = 0; i < names.size() && found < kMaxNameFaults; ++i) {
    std::string fault = NameFault(names[i]);
    if (fault.empty() && !seen.insert(names[i]).second) fault = "is there twice; names must be distinct";
    if (fault.empty()) continue;
    ++found;
    faults.push_back({absl::StrCat(field, "[", i, "]"), absl::StrCat(Quoted(names[i]), " ", fault)});
  }
}

// What another task has and this one must not.
void CheckLeftOut(int64_t count, const std::vector<std::string>& names, const std::string& what, const char* task,
                  std::vector<FieldViolation>& faults) {
  const std::string field = absl::StrCat("format.tensors.", what);
  if (count != 0) faults.push_back({absl::StrCat(field, "_count"), absl::StrCat(count, "; leave it out with ", task)});
  if (!names.empty()) faults.push_back({absl::StrCat(field, "_names"), absl::StrCat("leave them out with ", task)});
}

void CheckTensors(const TensorFormat& format, Task task, std::vector<FieldViolation>& faults) {
  CheckRange(format.rows, 1, kMaxRows, "format.tensors.row_count", faults);
  CheckRange(format.features, 1, kMaxFeatures, "format.tensors.feature_count", faults);
  CheckNames(format.feature_names, format.features, "format.tensors.feature_names", "feature_count", faults);
  const bool classes = task == Task::kClassification;
  if (classes && !engine::IsInteger(format.LabelType(task))) {
    faults.push_back(
        {"format.tensors.label_type", "is of fractions; must be INT32, INT64 or UINT8 with CLASSIFICATION"});
  }
  if (format.has_weights && engine::IsInteger(format.weight_type)) {
    faults.push_back({"format.tensors.weight_type", "is of whole numbers; must be FLOAT32 or FLOAT64"});
  }
  if (std::string fault = NamesFault({.feature_names = format.feature_names,
                                      .class_names = classes ? format.class_names : std::vector<std::string>(),
                                      .target_names = classes ? std::vector<std::string>() : format.target_names});
      !fault.empty()) {
    faults.push_back({"format.tensors", std::move(fault)});
  }
  if (classes) {
    CheckRange(format.classes, 2, kMaxClasses, "format.tensors.class_count", faults);
    CheckNames(format.class_names, format.classes, "format.tensors.class_names", "class_count", faults);
    CheckLeftOut(format.targets, format.target_names, "target", "CLASSIFICATION", faults);
  } else {
    CheckLeftOut(format.classes, format.class_names, "class", "REGRESSION", faults);
    CheckRange(format.targets, 1, kMaxTargets, "format.tensors.target_count", faults);
    CheckNames(format.target_names, format.targets, "format.tensors.target_names", "target_count", faults);
  }
}

void CheckLabelColumns(const CsvFormat& format, Task task, std::vector<FieldViolation>& faults) {
  const auto count = static_cast<int64_t>(format.label_columns.size());
  if (format.label_column.empty() && count == 0) {
    faults.push_back({"format.csv.label_column", "is missing; name the column that holds the label"});
    return;
  }
  if (!format.label_column.empty()) {
    if (const std::string fault = NameFault(format.label_column); !fault.empty()) {
      faults.push_back({"format.csv.label_column", absl::StrCat(Quoted(format.label_column), " ", fault)});
    }
    if (count > 0) faults.push_back({"format.csv.label_columns", "leave them out where label_column is given"});
    return;
  }
  if (task == Task::kClassification && count > 1) {
    faults.push_back({"format.csv.label_columns", absl::StrCat(count, " columns; must be 1 with CLASSIFICATION")});
  } else {
    CheckRange(count, 1, kMaxTargets, "format.csv.label_columns", faults);
  }
  CheckNames(format.label_columns, count, "format.csv.label_columns", "", faults);
}

void CheckWeightColumn(const CsvFormat& format, std::vector<FieldViolation>& faults) {
  if (format.weight_column.empty()) return;
  std::string fault = NameFault(format.weight_column);
  const std::vector<std::string> labels = format.AllLabels();
  if (std::find(labels.begin(), labels.end(), format.weight_column) != labels.end()) fault = "is a label column";
  if (fault.empty()) return;
  faults.push_back({"format.csv.weight_column", absl::StrCat(Quoted(format.weight_column), " ", fault)});
}

void CheckSaidColumns(const CsvFormat& format, std::vector<FieldViolation>& faults) {
  CheckRange(static_cast<int64_t>(format.columns.size()), 0, kMaxFeatures, "format.csv.columns", faults);
  const std::vector<std::string> labels = format.AllLabels();
  absl::flat_hash_set<std::string_view> taken(labels.begin(), labels.end());
  if (!format.weight_column.empty()) taken.insert(format.weight_column);
  size_t found = 0;
  for (size_t i = 0; i < format.columns.size() && found < kMaxNameFaults; ++i) {
    const auto& [name, kind] = format.columns[i];
    std::string fault = NameFault(name);
    if (fault.empty() && !taken.insert(name).second)
      fault = "is there twice, or label or weight as well; say one thing";
    if (fault.empty()) continue;
    ++found;
    faults.push_back({absl::StrCat("format.csv.columns[", i, "].name"), absl::StrCat(Quoted(name), " ", fault)});
  }
}

}  // namespace

std::vector<std::string> CsvFormat::AllLabels() const {
  return label_column.empty() ? label_columns : std::vector<std::string>{label_column};
}

std::string CsvFormat::LabelField(size_t index) const {
  return label_column.empty() ? absl::StrCat("format.csv.label_columns[", index, "]") : "format.csv.label_column";
}

engine::ElementType TensorFormat::LabelType(Task task) const {
  return label_type.value_or(task == Task::kClassification ? engine::ElementType::kInt32
                                                           : engine::ElementType::kFloat32);
}

std::vector<FieldViolation> CheckFormat(const DatasetFormat& format) {
  std::vector<FieldViolation> faults;
  if (const auto* csv = std::get_if<CsvFormat>(&format.encoding)) {
    CheckLabelColumns(*csv, format.task, faults);
    CheckWeightColumn(*csv, faults);
    CheckSaidColumns(*csv, faults);
  } else {
    CheckTensors(std::get<TensorFormat>(format.encoding), format.task, faults);
  }
  return faults;
}

std::string NamesFault(const TableSchema& schema) {
  int64_t bytes = 0;
  const auto add = [&](const std::vector<std::string>& names) {
    for (const std::string& name : names) bytes += static_cast<int64_t>(name.size());
  };
  add(schema.feature_names);
  add(schema.class_names);
  add(schema.target_names);
  for (const Column& column : schema.columns) add(column.categories);
  if (bytes <= kMaxNamesBytes) return "";
  return absl::StrCat("the names of features, categories, classes and targets have ", bytes,
                      " bytes together; at most ", kMaxNamesBytes, ": shorten them");
}

std::string NameFault(std::string_view name) {
  if (name.empty()) return "is empty; a name has at least one character";
  if (name.size() > kMaxNameBytes) return absl::StrCat("has ", name.size(), " bytes; at most ", kMaxNameBytes);
  if (!IsUtf8(name)) return "is not UTF-8; save the data as UTF-8";
  return "";
}

}  // namespace traind
