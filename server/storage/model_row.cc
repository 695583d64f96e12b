#include "server/storage/model_row.h"

#include <nlohmann/json.hpp>

#include "server/storage/enum_names.h"
#include "server/storage/record_json.h"

namespace traind {

using soci::into;
using soci::use;

void ModelRow::Bind(soci::statement& statement) {
  statement.exchange(into(plain.number));
  statement.exchange(into(plain.id));
  statement.exchange(into(plain.job_id));
  statement.exchange(into(plain.dataset_id));
  statement.exchange(into(plain.dataset_sha256));
  statement.exchange(into(plain.validation_dataset_id));
  statement.exchange(into(plain.validation_dataset_sha256));
  statement.exchange(into(plain.spec_json));
  statement.exchange(into(task));
  statement.exchange(into(feature_names));
  statement.exchange(into(columns));
  statement.exchange(into(class_names));
  statement.exchange(into(target_names));
  statement.exchange(into(metrics));
  statement.exchange(into(metric_tables));
  statement.exchange(into(plain.weights.sha256));
  statement.exchange(into(plain.weights.size));
  statement.exchange(into(plain.parameters));
  statement.exchange(into(plain.threads));
  statement.exchange(into(precision));
  statement.exchange(into(plain.onednn_version));
  statement.exchange(into(create_time));
  statement.exchange(into(plain.tenant));
}

ModelRecord ModelRow::ToRecord() const {
  ModelRecord record = plain;
  record.task = TaskOf(task);
  record.precision = PrecisionOf(precision);
  record.feature_names = NamesOfText(feature_names);
  record.columns = ColumnsOf(nlohmann::json::parse(columns));
  record.class_names = NamesOfText(class_names);
  record.target_names = NamesOfText(target_names);
  record.metrics = MetricsOf(nlohmann::json::parse(metrics));
  record.metric_tables = MetricTablesOf(nlohmann::json::parse(metric_tables));
  record.create_time = absl::FromUnixMicros(create_time);
  return record;
}

void InsertModel(soci::session& sql, const ModelRecord& model) {
  const std::string task = Name(model.task);
  const std::string precision = Name(model.precision);
  const std::string feature_names = NamesToText(model.feature_names);
  const std::string columns = ToText(ToJson(model.columns));
  const std::string class_names = NamesToText(model.class_names);
  const std::string target_names = NamesToText(model.target_names);
  const std::string metrics = ToText(ToJson(model.metrics));
  const std::string metric_tables = ToText(ToJson(model.metric_tables));
  const int64_t create_time = absl::ToUnixMicros(model.create_time);
  sql << "INSERT INTO models (id, job_id, dataset_id, dataset_sha256, validation_dataset_id, "
         "validation_dataset_sha256, spec, task, feature_names, columns, class_names, target_names, metrics, "
         "metric_tables, "
         "weights_sha256, "
         "weights_bytes, parameter_count, thread_count, precision, onednn_version, create_time, tenant) VALUES (:id, "
         ":job_id, "
         ":dataset_id, :dataset_sha256, :validation_dataset_id, :validation_dataset_sha256, :spec, :task, "
         ":feature_names, :columns, :class_names, :target_names, :metrics, :metric_tables, :weights_sha256, "
         ":weights_bytes, "
         ":parameter_count, "
         ":thread_count, :precision, :onednn_version, :create_time, :tenant)",
      use(model.id), use(model.job_id), use(model.dataset_id), use(model.dataset_sha256),
      use(model.validation_dataset_id), use(model.validation_dataset_sha256), use(model.spec_json), use(task),
      use(feature_names), use(columns), use(class_names), use(target_names), use(metrics), use(metric_tables),
      use(model.weights.sha256), use(model.weights.size), use(model.parameters), use(model.threads), use(precision),
      use(model.onednn_version), use(create_time), use(model.tenant);
}

}  // namespace traind
