#include "server/datasets/dataset_format.h"

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
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

void CheckTensors(const TensorFormat& format, Task task, std::vector<FieldViolation>& faults) {
  CheckRange(format.rows, 1, kMaxRows, "format.tensors.row_count", faults);
  CheckRange(format.features, 1, kMaxFeatures, "format.tensors.feature_count", faults);
  CheckNames(format.feature_names, format.features, "format.tensors.feature_names", "feature_count", faults);
  if (std::string fault = NamesFault(format.feature_names, format.class_names); !fault.empty()) {
    faults.push_back({"format.tensors", std::move(fault)});
  }
  if (task == Task::kClassification) {
    CheckRange(format.classes, 2, kMaxClasses, "format.tensors.class_count", faults);
    CheckNames(format.class_names, format.classes, "format.tensors.class_names", "class_count", faults);
    return;
  }
  if (format.classes != 0) {
    faults.push_back({"format.tensors.class_count", absl::StrCat(format.classes, "; leave it out with REGRESSION")});
  }
  if (!format.class_names.empty()) faults.push_back({"format.tensors.class_names", "leave them out with REGRESSION"});
}

}  // namespace

std::vector<FieldViolation> CheckFormat(const DatasetFormat& format) {
  std::vector<FieldViolation> faults;
  if (const auto* csv = std::get_if<CsvFormat>(&format.encoding)) {
    const std::string fault = NameFault(csv->label_column);
    if (csv->label_column.empty()) {
      faults.push_back({"format.csv.label_column", "is missing; name the column that holds the label"});
    } else if (!fault.empty()) {
      faults.push_back({"format.csv.label_column", absl::StrCat(Quoted(csv->label_column), " ", fault)});
    }
  } else {
    CheckTensors(std::get<TensorFormat>(format.encoding), format.task, faults);
  }
  return faults;
}

std::string NamesFault(const std::vector<std::string>& feature_names, const std::vector<std::string>& class_names) {
  int64_t bytes = 0;
  for (const auto* names : {&feature_names, &class_names}) {
    for (const std::string& name : *names) bytes += static_cast<int64_t>(name.size());
  }
  if (bytes <= kMaxNamesBytes) return "";
  return absl::StrCat("the names of features and classes have ", bytes, " bytes together; at most ", kMaxNamesBytes,
                      ": shorten them");
}

std::string NameFault(std::string_view name) {
  if (name.empty()) return "is empty; a name has at least one character";
  if (name.size() > kMaxNameBytes) return absl::StrCat("has ", name.size(), " bytes; at most ", kMaxNameBytes);
  if (!IsUtf8(name)) return "is not UTF-8; save the data as UTF-8";
  return "";
}

}  // namespace traind
