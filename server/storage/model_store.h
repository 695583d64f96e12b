// Models in the database; their weights are blobs.
#ifndef TRAIND_SERVER_STORAGE_MODEL_STORE_H_
#define TRAIND_SERVER_STORAGE_MODEL_STORE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/storage/blob_store.h"
#include "server/storage/database.h"
#include "server/storage/page.h"
#include "server/storage/records.h"
#include "server/storage/tenant_scope.h"

namespace traind {

// Models are inserted by JobStore::Finish, with the end of their job. Thread-safe. NotFound where an id names no model
// in the scope.
class ModelStore final {
 public:
  // Both must outlive the store.
  static std::unique_ptr<ModelStore> Make(Database& database, BlobStore& blobs);

  absl::StatusOr<ModelRecord> Get(const std::string& id, const TenantScope& scope = TenantScope::All());
  // The newest first, those created before number `before` (0: from the newest), at most `limit`.
  absl::StatusOr<Page<ModelRecord>> List(int64_t before, int limit, const TenantScope& scope = TenantScope::All());
  // Weights that nothing else has go too.
  absl::Status Delete(const std::string& id, const TenantScope& scope = TenantScope::All());

 private:
  ModelStore(Database& database, BlobStore& blobs) : database_(database), blobs_(blobs) {}

  Database& database_;
  BlobStore& blobs_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_MODEL_STORE_H_
