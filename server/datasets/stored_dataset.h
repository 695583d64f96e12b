// A dataset of the store, opened for the engine.
#ifndef TRAIND_SERVER_DATASETS_STORED_DATASET_H_
#define TRAIND_SERVER_DATASETS_STORED_DATASET_H_

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/data/dataset_view.h"
#include "server/storage/blob_store.h"
#include "server/storage/records.h"

namespace traind {

// What the engine sees of the features, among all columns or, if there are none, by their names.
std::vector<engine::ColumnShape> ColumnShapes(const std::vector<Column>& columns,
                                              const std::vector<std::string>& feature_names);
// The shape that the engine sees; no bytes are needed for it.
engine::DatasetShape ShapeOf(const DatasetRecord& record);

// Keeps its blobs mapped. Immutable: any thread may read it, also while the dataset is deleted.
class StoredDataset {
 public:
  // NotFound if a blob is gone; DataLoss if one is not what the record says; Cancelled if `stop` asks, see
  // BlobStore::Map.
  static absl::StatusOr<std::unique_ptr<const StoredDataset>> Open(const DatasetRecord& record, BlobStore& blobs,
                                                                   const std::stop_token& stop = {});

  // The same with labels that are indices into `class_names`, and categories recoded to those of `columns`: those of
  // the dataset that a network was trained on. Where labels differ from the stored ones they are a copy of 4 bytes a
  // row. FailedPrecondition if the dataset has other classes.
  static absl::StatusOr<std::unique_ptr<const StoredDataset>> OpenFor(const std::vector<std::string>& class_names,
                                                                      const std::vector<Column>& columns,
                                                                      const DatasetRecord& record, BlobStore& blobs,
                                                                      const std::stop_token& stop = {});

  // Good for the life of this object.
  const engine::DatasetView& view() const { return view_; }

 private:
  StoredDataset() = default;
  void Recode(const std::vector<Column>& known, const std::vector<Column>& own);
  static absl::StatusOr<std::unique_ptr<StoredDataset>> Map(const DatasetRecord& record, BlobStore& blobs,
                                                            const std::stop_token& stop);

  std::vector<std::unique_ptr<MappedFile>> blobs_;
  std::vector<int32_t> renumbered_;  // labels, in place of the stored ones
  engine::CategoryRecoding recoding_;
  engine::DatasetView view_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_DATASETS_STORED_DATASET_H_
