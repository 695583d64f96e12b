// Uploads under way in the database: what was announced, and how much of it is safe.
#ifndef TRAIND_SERVER_STORAGE_UPLOAD_STORE_H_
#define TRAIND_SERVER_STORAGE_UPLOAD_STORE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/storage/database.h"
#include "server/storage/disk_floor.h"
#include "server/storage/records.h"
#include "server/storage/tenant_quota.h"
#include "server/storage/tenant_scope.h"

namespace traind {

// Thread-safe. NotFound where an id names no upload in the scope.
class UploadStore final {
 public:
  // `database` must outlive the store.
  static std::unique_ptr<UploadStore> Make(Database& database, StorageLimits limits = {});

  // Inserts an upload; if there is one of the same request, returns that as it is now. AlreadyExists if that had
  // another body. ResourceExhausted: CheckTenantQuota, CheckUploadCount, and DiskFloor::Check, with what all uploads
  // have announced and not yet made safe.
  absl::StatusOr<UploadRecord> Insert(const UploadRecord& upload, const DiskFloor& floor);
  absl::StatusOr<UploadRecord> Get(const std::string& id, const TenantScope& scope = TenantScope::All());
  // So many bytes are on the disk for good.
  absl::Status SetCommitted(const std::string& id, int64_t committed, absl::Time expire_time);
  // OK if there is none.
  absl::Status Delete(const std::string& id);
  // Those whose time was up at `now`.
  absl::StatusOr<std::vector<std::string>> ListExpired(absl::Time now);

 private:
  UploadStore(Database& database, StorageLimits limits) : database_(database), limits_(limits) {}

  Database& database_;
  const StorageLimits limits_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_UPLOAD_STORE_H_
