#include "server/datasets/stored_dataset.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/datasets/validation_match.h"

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
  return Map(record, blobs);
}

absl::StatusOr<std::unique_ptr<const StoredDataset>> StoredDataset::OpenFor(const std::vector<std::string>& class_names,
                                                                            const DatasetRecord& record,
                                                                            BlobStore& blobs) {
  const auto indices = ClassIndices(record.class_names, class_names);
  if (!indices.ok()) return indices.status();
  absl::StatusOr<std::unique_ptr<StoredDataset>> mapped = Map(record, blobs);
  if (!mapped.ok() || record.task == Task::kRegression) return mapped;
  StoredDataset& dataset = **mapped;
  engine::DatasetView& view = dataset.view_;
  view.shape.classes = static_cast<int64_t>(class_names.size());
  view.shape.class_names = class_names;
  if (std::equal(record.class_names.begin(), record.class_names.end(), class_names.begin())) return mapped;
  dataset.renumbered_.resize(view.shape.rows);
  std::transform(view.classes, view.classes + view.shape.rows, dataset.renumbered_.begin(),
                 [&](int32_t label) { return (*indices)[label]; });
  view.classes = dataset.renumbered_.data();
  dataset.labels_.reset();
  return mapped;
}

absl::StatusOr<std::unique_ptr<StoredDataset>> StoredDataset::Map(const DatasetRecord& record, BlobStore& blobs) {
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
