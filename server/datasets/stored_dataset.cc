#include "server/datasets/stored_dataset.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace traind {

engine::DatasetShape ShapeOf(const DatasetRecord& record) {
  const bool classes = record.task == Task::kClassification;
  return {.rows = record.rows,
          .features = record.features,
          .classes = static_cast<int64_t>(record.class_names.size()),
          .targets = classes ? 1 : static_cast<int64_t>(record.target_names.size()),
          .class_names = record.class_names};
}

absl::StatusOr<std::unique_ptr<const StoredDataset>> StoredDataset::Open(const DatasetRecord& record,
                                                                         BlobStore& blobs) {
  engine::DatasetShape shape = ShapeOf(record);
  const int64_t column_bytes = shape.rows * static_cast<int64_t>(sizeof(float));
  const int64_t weight_bytes = record.weight_blob ? record.weight_blob->size : 0;
  if (record.feature_blob.size != column_bytes * shape.features ||
      record.label_blob.size != column_bytes * shape.targets || (record.weight_blob && weight_bytes != column_bytes)) {
    return absl::DataLossError(absl::StrCat(
        "datasets/", record.id, " has ", record.feature_blob.size, ", ", record.label_blob.size, " and ", weight_bytes,
        " bytes stored, which ", shape.rows, " rows of ", shape.features, " features, ", shape.targets, " labels and ",
        record.weight_blob ? "a weight" : "no weight", " do not come to; upload it again"));
  }
  auto features = blobs.Map(record.feature_blob);
  if (!features.ok()) return features.status();
  auto labels = blobs.Map(record.label_blob);
  if (!labels.ok()) return labels.status();

  std::unique_ptr<StoredDataset> dataset(new StoredDataset);
  dataset->features_ = *std::move(features);
  dataset->labels_ = *std::move(labels);
  dataset->view_.shape = std::move(shape);
  dataset->view_.features = reinterpret_cast<const float*>(dataset->features_->bytes().data());
  const char* label_data = dataset->labels_->bytes().data();
  if (record.task == Task::kClassification) {
    dataset->view_.classes = reinterpret_cast<const int32_t*>(label_data);
  } else {
    dataset->view_.targets = reinterpret_cast<const float*>(label_data);
  }
  if (record.weight_blob) {
    auto weights = blobs.Map(*record.weight_blob);
    if (!weights.ok()) return weights.status();
    dataset->weights_ = *std::move(weights);
    dataset->view_.weights = reinterpret_cast<const float*>(dataset->weights_->bytes().data());
  }
  return dataset;
}

}  // namespace traind
