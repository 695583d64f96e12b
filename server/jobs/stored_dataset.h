#ifndef TRAIND_SERVER_JOBS_STORED_DATASET_H_
#define TRAIND_SERVER_JOBS_STORED_DATASET_H_
#include <memory>

#include "absl/status/statusor.h"
#include "engine/data/dataset_view.h"
#include "server/storage/blob_store.h"
#include "server/storage/records.h"
namespace traind {
namespace {
class StoredDataset final {
 public:
  static absl::StatusOr<std::unique_ptr<StoredDataset>> Open(const DatasetRecord& record, BlobStore& blobs) {
    auto features = blobs.Map(record.feature_blob);
    if (!features.ok()) return features.status();
    auto labels = blobs.Map(record.label_blob);
    if (!labels.ok()) return labels.status();
    auto result = std::make_unique<StoredDataset>();
    result->features_ = *std::move(features);
    result->labels_ = *std::move(labels);
    result->view_ = {.shape = {record.rows, record.features, static_cast<int64_t>(record.class_names.size())},
                     .features = reinterpret_cast<const float*>(result->features_->bytes().data()),
                     .classes = reinterpret_cast<const int32_t*>(result->labels_->bytes().data()),
                     .targets = nullptr};
    return result;
  }
  engine::DatasetView view() const { return view_; }

 private:
  std::unique_ptr<MappedFile> features_, labels_;
  engine::DatasetView view_;
};
}  // namespace
}  // namespace traind
#endif
