// A row of the table of datasets.
#ifndef TRAIND_SERVER_STORAGE_DATASET_ROW_H_
#define TRAIND_SERVER_STORAGE_DATASET_ROW_H_

#include <soci/soci.h>

#include <string>

#include "server/storage/records.h"

namespace traind {

// For Select of select.h.
struct DatasetRow {
  // `SELECT <all columns> FROM datasets `, to be followed by the rest of a query.
  static constexpr char kSelect[] =
      "SELECT id, task, row_count, feature_count, feature_names, columns, label_column, class_names, target_names, "
      "feature_sha256, feature_offset, feature_bytes, feature_type, label_sha256, label_offset, label_bytes, "
      "label_type, COALESCE(weight_sha256, ''), weight_offset, weight_bytes, weight_type, sha256, "
      "create_time, COALESCE(request_id, ''), request_body_sha256, COALESCE(upload_id, ''), upload_sha256, tenant FROM "
      "datasets ";

  void Bind(soci::statement& statement);
  DatasetRecord ToRecord() const;
  std::string Name() const { return "datasets/" + plain.id; }
  size_t TextBytes() const { return feature_names.size() + columns.size() + class_names.size() + target_names.size(); }

  DatasetRecord plain;  // what is a column as it is
  std::string task;
  std::string feature_names;
  std::string columns;
  std::string class_names;
  std::string target_names;
  std::string feature_type;
  std::string label_type;
  DatasetPart weight_part;  // its hash is empty if there are none
  std::string weight_type;
  std::string request_key;
  int64_t create_time = 0;
};

void InsertDataset(soci::session& sql, const DatasetRecord& dataset);

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_DATASET_ROW_H_
