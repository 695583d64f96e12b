// A row of the table of models.
#ifndef TRAIND_SERVER_STORAGE_MODEL_ROW_H_
#define TRAIND_SERVER_STORAGE_MODEL_ROW_H_

#include <soci/soci.h>

#include <string>

#include "server/storage/records.h"

namespace traind {

// For Select of select.h.
struct ModelRow {
  // `SELECT <all columns> FROM models `, to be followed by the rest of a query.
  static constexpr char kSelect[] =
      "SELECT number, id, job_id, dataset_id, dataset_sha256, validation_dataset_id, validation_dataset_sha256, spec, "
      "task, feature_names, columns, class_names, "
      "target_names, metrics, metric_tables, weights_sha256, weights_bytes, parameter_count, thread_count, "
      "precision, onednn_version, create_time, tenant FROM models ";

  void Bind(soci::statement& statement);
  ModelRecord ToRecord() const;
  std::string Name() const { return "models/" + plain.id; }
  size_t TextBytes() const {
    return plain.spec_json.size() + feature_names.size() + columns.size() + class_names.size() + target_names.size() +
           metrics.size() + metric_tables.size();
  }

  ModelRecord plain;  // what is a column as it is
  std::string task;
  std::string precision;
  std::string feature_names;
  std::string columns;
  std::string class_names;
  std::string target_names;
  std::string metrics;
  std::string metric_tables;
  int64_t create_time = 0;
};

void InsertModel(soci::session& sql, const ModelRecord& model);

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_MODEL_ROW_H_
