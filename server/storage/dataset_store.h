// Datasets in the database and their bytes in the blob store, kept in step.
#ifndef TRAIND_SERVER_STORAGE_DATASET_STORE_H_
#define TRAIND_SERVER_STORAGE_DATASET_STORE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/storage/blob_store.h"
#include "server/storage/database.h"
#include "server/storage/records.h"

namespace traind {

// A page of a list: `after` of the next page is the last key of this one.
template <typename Record>
struct Page {
  std::vector<Record> records;
  bool more = false;
};

// Thread-safe. NotFound where an id names no dataset.
class DatasetStore {
 public:
  // Both must outlive the store.
  static std::unique_ptr<DatasetStore> Make(Database& database, BlobStore& blobs);
  virtual ~DatasetStore() = default;

  // The dataset that an earlier create with this mark made: nothing if there is none, AlreadyExists if its body was
  // another. An empty mark has none. Lets a repeat be answered before its bytes are read.
  virtual absl::StatusOr<std::optional<DatasetRecord>> FindRequest(const RequestMark& mark) = 0;
  // Publishes a dataset: commits both writers and inserts the row; on any failure neither row nor blob stays behind
  // (unless another dataset has the same bytes). Fills the blobs in the record returned. AlreadyExists if the id is
  // taken; with the same mark, returns the earlier result as FindRequest does.
  virtual absl::StatusOr<DatasetRecord> Publish(DatasetRecord record, std::unique_ptr<BlobWriter> features,
                                                std::unique_ptr<BlobWriter> labels) = 0;
  virtual absl::StatusOr<DatasetRecord> Get(const std::string& id) = 0;
  // By id, those after `after` (empty: from the start), at most `limit`.
  virtual absl::StatusOr<Page<DatasetRecord>> List(const std::string& after, int limit) = 0;
  // FailedPrecondition names a job that has not ended and uses it. Blobs that no other dataset has go too.
  virtual absl::Status Delete(const std::string& id) = 0;
};

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_DATASET_STORE_H_
