#include "server/datasets/stored_dataset.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace traind {

engine::DatasetShape ShapeOf(const DatasetRecord& record) {
  return {record.rows, record.features, static_cast<int64_t>(record.class_names.size())};
}

absl::StatusOr<std::unique_ptr<const StoredDataset>> StoredDataset::Open(const DatasetRecord& record,
                                                                         BlobStore& blobs) {
  const int64_t label_bytes = record.rows * static_cast<int64_t>(sizeof(float));
  if (record.feature_blob.size != label_bytes * record.features || record.label_blob.size != label_bytes) {
    return absl::DataLossError(absl::StrCat("datasets/", record.id, " has ", record.feature_blob.size, " and ",
                                            record.label_blob.size, " bytes stored, which ", record.rows, " rows of ",
                                            record.features, " features do not come to; upload it again"));
  }
  auto features = blobs.Map(record.feature_blob);
  if (!features.ok()) return features.status();
  auto labels = blobs.Map(record.label_blob);
  if (!labels.ok()) return labels.status();

  std::unique_ptr<StoredDataset> dataset(new StoredDataset);
  dataset->features_ = *std::move(features);
  dataset->labels_ = *std::move(labels);
  dataset->view_.shape = ShapeOf(record);
  dataset->view_.features = reinterpret_cast<const float*>(dataset->features_->bytes().data());
  const char* label_data = dataset->labels_->bytes().data();
  if (record.task == Task::kClassification) {
    dataset->view_.classes = reinterpret_cast<const int32_t*>(label_data);
  } else {
    dataset->view_.targets = reinterpret_cast<const float*>(label_data);
  }
  return dataset;
}

}  // namespace traind
