#include "server/convert/dataset.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/convert/resource_name.h"
#include "server/convert/timestamp.h"

namespace traind {
namespace {

// Nothing if none is given.
std::optional<engine::ElementType> FromProto(v1::Dataset::ElementType type, const char* field,
                                             std::vector<FieldViolation>& faults) {
  if (type == v1::Dataset::ELEMENT_TYPE_UNSPECIFIED) return std::nullopt;
  if (v1::Dataset::ElementType_IsValid(type)) return static_cast<engine::ElementType>(type - 1);
  faults.push_back({field, absl::StrCat(static_cast<int>(type),
                                        " is not known; it must be FLOAT32, FLOAT64, INT32, INT64 or UINT8")});
  return std::nullopt;
}

}  // namespace

v1::Dataset::Task ToProto(Task task) {
  return task == Task::kClassification ? v1::Dataset::CLASSIFICATION : v1::Dataset::REGRESSION;
}

namespace {

v1::Column ToProto(const Column& column) {
  v1::Column result;
  result.set_name(column.name);
  result.set_kind(ToProto(column.kind));
  result.mutable_categories()->Add(column.categories.begin(), column.categories.end());
  result.set_warning(column.warning);
  const ColumnStatistics& statistics = column.statistics;
  v1::ColumnStatistics& figures = *result.mutable_statistics();
  figures.set_count(statistics.count);
  figures.set_missing(statistics.missing);
  figures.set_mean(statistics.mean);
  figures.set_deviation(statistics.deviation);
  figures.set_minimum(statistics.minimum);
  figures.set_maximum(statistics.maximum);
  figures.set_most_frequent(statistics.most_frequent);
  figures.set_most_frequent_count(statistics.most_frequent_count);
  return result;
}

// Takes what is said of the columns apart: labels and weight go where they can also be named.
void ReadSaidColumns(const v1::Csv& csv, CsvFormat& format, std::vector<FieldViolation>& faults) {
  for (int i = 0; i < csv.columns_size(); ++i) {
    const v1::CsvColumn& column = csv.columns(i);
    switch (column.kind()) {
      case v1::Column::NUMERIC:
        format.columns.push_back({column.name(), ColumnKind::kNumeric});
        break;
      case v1::Column::CATEGORICAL:
        format.columns.push_back({column.name(), ColumnKind::kCategorical});
        break;
      case v1::Column::IGNORE:
        format.columns.push_back({column.name(), ColumnKind::kIgnore});
        break;
      case v1::Column::LABEL:
        if (column.name() != format.label_column) format.label_columns.push_back(column.name());
        break;
      case v1::Column::WEIGHT:
        if (!format.weight_column.empty() && format.weight_column != column.name()) {
          faults.push_back(
              {absl::StrCat("format.csv.columns[", i, "].kind"), "is WEIGHT; another column is the weight"});
        }
        format.weight_column = column.name();
        break;
      default:
        faults.push_back({absl::StrCat("format.csv.columns[", i, "].kind"),
                          "is missing or not known; it must be NUMERIC, CATEGORICAL, IGNORE, LABEL or WEIGHT"});
    }
  }
}

}  // namespace

v1::Column::Kind ToProto(ColumnKind kind) {
  switch (kind) {
    case ColumnKind::kNumeric:
      return v1::Column::NUMERIC;
    case ColumnKind::kCategorical:
      return v1::Column::CATEGORICAL;
    case ColumnKind::kIgnore:
      return v1::Column::IGNORE;
    case ColumnKind::kLabel:
      return v1::Column::LABEL;
    case ColumnKind::kWeight:
      return v1::Column::WEIGHT;
  }
  return v1::Column::KIND_UNSPECIFIED;
}

google::protobuf::RepeatedPtrField<v1::Column> ToProto(const std::vector<Column>& columns,
                                                       const std::vector<std::string>& names) {
  google::protobuf::RepeatedPtrField<v1::Column> result;
  for (const Column& column : columns) *result.Add() = ToProto(column);
  if (!columns.empty()) return result;
  for (const std::string& name : names) {
    v1::Column& column = *result.Add();
    column.set_name(name);
    column.set_kind(v1::Column::NUMERIC);
  }
  return result;
}

v1::Dataset::ElementType ToProto(engine::ElementType type) {
  return static_cast<v1::Dataset::ElementType>(static_cast<int>(type) + 1);
}

v1::Dataset ToProto(const DatasetRecord& record, View view) {
  v1::Dataset dataset;
  dataset.set_name(ResourceName(kDatasets, record.id));
  dataset.set_task(ToProto(record.task));
  dataset.set_row_count(record.rows);
  dataset.set_feature_count(record.features);
  dataset.set_label_column(record.label_column);
  dataset.set_class_count(static_cast<int32_t>(record.class_names.size()));
  dataset.set_target_count(static_cast<int32_t>(record.target_names.size()));
  if (view == View::kFull) {
    dataset.mutable_feature_names()->Add(record.feature_names.begin(), record.feature_names.end());
    *dataset.mutable_columns() = ToProto(record.columns, record.feature_names);
    dataset.mutable_class_names()->Add(record.class_names.begin(), record.class_names.end());
    dataset.mutable_target_names()->Add(record.target_names.begin(), record.target_names.end());
  }
  int64_t bytes = 0;
  for (const BlobInfo& blob : BlobsOf(record)) bytes += blob.size;
  dataset.set_size_bytes(bytes);
  dataset.set_has_weights(record.weight_part.has_value());
  dataset.set_feature_type(ToProto(record.feature_part.type));
  dataset.set_label_type(ToProto(record.label_part.type));
  dataset.set_sha256(record.sha256);
  *dataset.mutable_create_time() = ToProto(record.create_time);
  dataset.set_tenant(record.tenant);
  return dataset;
}

DatasetFormat FromProto(const v1::DatasetFormat& format, std::vector<FieldViolation>& faults) {
  DatasetFormat result;
  if (format.task() == v1::Dataset::REGRESSION) {
    result.task = Task::kRegression;
  } else if (format.task() != v1::Dataset::TASK_UNSPECIFIED && format.task() != v1::Dataset::CLASSIFICATION) {
    faults.push_back({"format.task", absl::StrCat(static_cast<int>(format.task()),
                                                  " is not known; it must be CLASSIFICATION or REGRESSION")});
  }
  if (format.has_csv()) {
    const v1::Csv& csv = format.csv();
    CsvFormat read{.label_column = csv.label_column(),
                   .label_columns = {csv.label_columns().begin(), csv.label_columns().end()},
                   .weight_column = csv.weight_column()};
    ReadSaidColumns(csv, read, faults);
    result.encoding = std::move(read);
  } else if (format.has_tensors()) {
    const v1::Tensors& tensors = format.tensors();
    const int64_t default_targets = result.task == Task::kRegression ? 1 : 0;
    result.encoding =
        TensorFormat{.rows = tensors.row_count(),
                     .features = tensors.feature_count(),
                     .classes = tensors.class_count(),
                     .feature_names = {tensors.feature_names().begin(), tensors.feature_names().end()},
                     .class_names = {tensors.class_names().begin(), tensors.class_names().end()},
                     .targets = tensors.has_target_count() ? tensors.target_count() : default_targets,
                     .target_names = {tensors.target_names().begin(), tensors.target_names().end()},
                     .has_weights = tensors.has_weights(),
                     .feature_type = FromProto(tensors.feature_type(), "format.tensors.feature_type", faults)
                                         .value_or(engine::ElementType::kFloat32),
                     .label_type = FromProto(tensors.label_type(), "format.tensors.label_type", faults),
                     .weight_type = FromProto(tensors.weight_type(), "format.tensors.weight_type", faults)
                                        .value_or(engine::ElementType::kFloat32)};
  } else {
    faults.push_back({"format", "says no encoding known to this server; it must have csv or tensors"});
    return result;
  }
  for (FieldViolation& fault : CheckFormat(result)) faults.push_back(std::move(fault));
  return result;
}

}  // namespace traind
