#include "server/convert/model.h"

#include <utility>

#include "server/convert/dataset.h"
#include "server/convert/job.h"
#include "server/convert/resource_name.h"
#include "server/convert/timestamp.h"
#include "server/convert/training_spec.h"

namespace traind {

absl::StatusOr<v1::Model> ToProto(const ModelRecord& record, View view) {
  absl::StatusOr<v1::TrainingSpec> spec = SpecProtoFromJson(record.spec_json);
  if (!spec.ok()) return spec.status();
  v1::Model model;
  model.set_name(ResourceName(kModels, record.id));
  model.set_training_job(ResourceName(kTrainingJobs, record.job_id));
  model.set_dataset(ResourceName(kDatasets, record.dataset_id));
  model.set_dataset_sha256(record.dataset_sha256);
  if (!record.validation_dataset_id.empty()) {
    model.set_validation_dataset(ResourceName(kDatasets, record.validation_dataset_id));
    model.set_validation_dataset_sha256(record.validation_dataset_sha256);
  }
  *model.mutable_spec() = *std::move(spec);
  model.set_task(ToProto(record.task));
  if (view == View::kFull) {
    model.mutable_feature_names()->Add(record.feature_names.begin(), record.feature_names.end());
    *model.mutable_columns() = ToProto(record.columns, record.feature_names);
    model.mutable_class_names()->Add(record.class_names.begin(), record.class_names.end());
    model.mutable_target_names()->Add(record.target_names.begin(), record.target_names.end());
    *model.mutable_metric_tables() = ToProto(record.metric_tables);
  }
  model.mutable_metrics()->insert(record.metrics.begin(), record.metrics.end());
  model.set_weights_sha256(record.weights.sha256);
  model.set_parameter_count(record.parameters);
  model.set_threads(record.threads);
  model.set_precision(ToProto(record.precision));
  model.set_onednn_version(record.onednn_version);
  *model.mutable_create_time() = ToProto(record.create_time);
  return model;
}

}  // namespace traind
