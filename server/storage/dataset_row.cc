#include "server/storage/dataset_row.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "server/storage/enum_names.h"
#include "server/storage/record_json.h"
#include "server/storage/request_key.h"

namespace traind {

using soci::into;
using soci::use;

void DatasetRow::Bind(soci::statement& statement) {
  statement.exchange(into(plain.id));
  statement.exchange(into(task));
  statement.exchange(into(plain.rows));
  statement.exchange(into(plain.features));
  statement.exchange(into(feature_names));
  statement.exchange(into(columns));
  statement.exchange(into(plain.label_column));
  statement.exchange(into(class_names));
  statement.exchange(into(target_names));
  for (const auto& [part, type] : {std::pair(&plain.feature_part, &feature_type),
                                   std::pair(&plain.label_part, &label_type), std::pair(&weight_part, &weight_type)}) {
    statement.exchange(into(part->sha256));
    statement.exchange(into(part->offset));
    statement.exchange(into(part->size));
    statement.exchange(into(*type));
  }
  statement.exchange(into(plain.sha256));
  statement.exchange(into(create_time));
  statement.exchange(into(request_key));
  statement.exchange(into(plain.request.body_sha256));
  statement.exchange(into(plain.upload_id));
  statement.exchange(into(plain.upload_sha256));
  statement.exchange(into(plain.tenant));
}

DatasetRecord DatasetRow::ToRecord() const {
  DatasetRecord record = plain;
  SetFromRequestKey(request_key, record.request);
  record.task = TaskOf(task);
  record.feature_names = NamesOfText(feature_names);
  record.columns = ColumnsOf(nlohmann::json::parse(columns));
  record.class_names = NamesOfText(class_names);
  record.target_names = NamesOfText(target_names);
  record.feature_part.type = ElementTypeOf(feature_type);
  record.label_part.type = ElementTypeOf(label_type);
  if (!weight_part.sha256.empty()) {
    record.weight_part = weight_part;
    record.weight_part->type = ElementTypeOf(weight_type);
  }
  record.create_time = absl::FromUnixMicros(create_time);
  return record;
}

void InsertDataset(soci::session& sql, const DatasetRecord& dataset) {
  const std::string task = Name(dataset.task);
  const std::string feature_names = NamesToText(dataset.feature_names);
  const std::string columns = ToText(ToJson(dataset.columns));
  const std::string class_names = NamesToText(dataset.class_names);
  const std::string target_names = NamesToText(dataset.target_names);
  const DatasetPart& features = dataset.feature_part;
  const DatasetPart& labels = dataset.label_part;
  const DatasetPart weights = dataset.weight_part.value_or(DatasetPart());
  const std::string feature_type = Name(features.type);
  const std::string label_type = Name(labels.type);
  const std::string weight_type = Name(weights.type);
  const int64_t create_time = absl::ToUnixMicros(dataset.create_time);
  const std::string request_key = RequestKey(dataset.request);
  sql << "INSERT INTO datasets (id, task, row_count, feature_count, feature_names, columns, label_column, class_names, "
         "target_names, feature_sha256, feature_offset, feature_bytes, feature_type, label_sha256, label_offset, "
         "label_bytes, label_type, weight_sha256, weight_offset, weight_bytes, weight_type, sha256, create_time, "
         "request_id, request_body_sha256, upload_id, upload_sha256, tenant) VALUES (:id, :task, :row_count, "
         ":feature_count, "
         ":feature_names, "
         ":columns, :label_column, :class_names, :target_names, :feature_sha256, :feature_offset, :feature_bytes, "
         ":feature_type, :label_sha256, :label_offset, :label_bytes, :label_type, NULLIF(:weight_sha256, ''), "
         ":weight_offset, :weight_bytes, :weight_type, :sha256, :create_time, NULLIF(:request_id, ''), "
         ":request_body_sha256, NULLIF(:upload_id, ''), :upload_sha256, :tenant)",
      use(dataset.id), use(task), use(dataset.rows), use(dataset.features), use(feature_names), use(columns),
      use(dataset.label_column), use(class_names), use(target_names), use(features.sha256), use(features.offset),
      use(features.size), use(feature_type), use(labels.sha256), use(labels.offset), use(labels.size), use(label_type),
      use(weights.sha256), use(weights.offset), use(weights.size), use(weight_type), use(dataset.sha256),
      use(create_time), use(request_key), use(dataset.request.body_sha256), use(dataset.upload_id),
      use(dataset.upload_sha256), use(dataset.tenant);
}

}  // namespace traind
