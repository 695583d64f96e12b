// A dataset of the store, opened for the engine.
#ifndef TRAIND_SERVER_DATASETS_STORED_DATASET_H_
#define TRAIND_SERVER_DATASETS_STORED_DATASET_H_

#include <memory>

#include "absl/status/statusor.h"
#include "engine/data/dataset_view.h"
#include "server/storage/blob_store.h"
#include "server/storage/records.h"

namespace traind {

// The shape that the engine sees; no bytes are needed for it.
engine::DatasetShape ShapeOf(const DatasetRecord& record);

// Keeps its blobs mapped. Immutable: any thread may read it, also while the dataset is deleted.
class StoredDataset {
 public:
  // NotFound if a blob is gone; DataLoss if one is not what the record says.
  static absl::StatusOr<std::unique_ptr<const StoredDataset>> Open(const DatasetRecord& record, BlobStore& blobs);

  // Good for the life of this object.
  const engine::DatasetView& view() const { return view_; }

 private:
  StoredDataset() = default;

  std::unique_ptr<MappedFile> features_;
  std::unique_ptr<MappedFile> labels_;
  std::unique_ptr<MappedFile> weights_;  // null: there are none
  engine::DatasetView view_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_DATASETS_STORED_DATASET_H_
