// Models in the database; their weights are blobs.
#ifndef TRAIND_SERVER_STORAGE_MODEL_STORE_H_
#define TRAIND_SERVER_STORAGE_MODEL_STORE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/storage/blob_store.h"
#include "server/storage/database.h"
#include "server/storage/dataset_store.h"
#include "server/storage/records.h"

namespace traind {

// Models are inserted by JobStore::Finish, with the end of their job. Thread-safe. NotFound where an id names no model.
class ModelStore {
 public:
  // Both must outlive the store.
  static std::unique_ptr<ModelStore> Make(Database& database, BlobStore& blobs);
  virtual ~ModelStore() = default;

  virtual absl::StatusOr<ModelRecord> Get(const std::string& id) = 0;
  // The newest first, those created before number `before` (0: from the newest), at most `limit`.
  virtual absl::StatusOr<Page<ModelRecord>> List(int64_t before, int limit) = 0;
  // Weights that no other model has go too.
  virtual absl::Status Delete(const std::string& id) = 0;
};

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_MODEL_STORE_H_
