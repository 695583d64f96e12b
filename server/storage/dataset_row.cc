#include "server/storage/dataset_row.h"

#include "server/storage/enum_names.h"
#include "server/storage/record_json.h"

namespace traind {

using soci::into;
using soci::use;

void DatasetRow::Bind(soci::statement& statement) {
  statement.exchange(into(plain.id));
  statement.exchange(into(task));
  statement.exchange(into(plain.rows));
  statement.exchange(into(plain.features));
  statement.exchange(into(feature_names));
  statement.exchange(into(plain.label_column));
  statement.exchange(into(class_names));
  statement.exchange(into(target_names));
  statement.exchange(into(plain.feature_blob.sha256));
  statement.exchange(into(plain.feature_blob.size));
  statement.exchange(into(plain.label_blob.sha256));
  statement.exchange(into(plain.label_blob.size));
  statement.exchange(into(weight_blob.sha256, weight_blob_is));
  statement.exchange(into(weight_blob.size));
  statement.exchange(into(plain.sha256));
  statement.exchange(into(create_time));
  statement.exchange(into(plain.request.id));
  statement.exchange(into(plain.request.body_sha256));
}

DatasetRecord DatasetRow::ToRecord() const {
  DatasetRecord record = plain;
  record.task = TaskOf(task);
  record.feature_names = NamesOfText(feature_names);
  record.class_names = NamesOfText(class_names);
  record.target_names = NamesOfText(target_names);
  if (weight_blob_is == soci::i_ok) record.weight_blob = weight_blob;
  record.create_time = absl::FromUnixMicros(create_time);
  return record;
}

void InsertDataset(soci::session& sql, const DatasetRecord& dataset) {
  const std::string task = Name(dataset.task);
  const std::string feature_names = NamesToText(dataset.feature_names);
  const std::string class_names = NamesToText(dataset.class_names);
  const std::string target_names = NamesToText(dataset.target_names);
  const BlobInfo weights = dataset.weight_blob.value_or(BlobInfo());
  const int64_t create_time = absl::ToUnixMicros(dataset.create_time);
  sql << "INSERT INTO datasets (id, task, row_count, feature_count, feature_names, label_column, class_names, "
         "target_names, feature_sha256, feature_bytes, label_sha256, label_bytes, weight_sha256, weight_bytes, sha256, "
         "create_time, request_id, request_body_sha256) VALUES (:id, :task, :row_count, :feature_count, "
         ":feature_names, :label_column, :class_names, :target_names, :feature_sha256, :feature_bytes, :label_sha256, "
         ":label_bytes, NULLIF(:weight_sha256, ''), :weight_bytes, :sha256, :create_time, NULLIF(:request_id, ''), "
         ":request_body_sha256)",
      use(dataset.id), use(task), use(dataset.rows), use(dataset.features), use(feature_names),
      use(dataset.label_column), use(class_names), use(target_names), use(dataset.feature_blob.sha256),
      use(dataset.feature_blob.size), use(dataset.label_blob.sha256), use(dataset.label_blob.size), use(weights.sha256),
      use(weights.size), use(dataset.sha256), use(create_time), use(dataset.request.id),
      use(dataset.request.body_sha256);
}

}  // namespace traind
