#include "server/storage/blob_references.h"

#include <soci/soci.h>

namespace traind {
namespace {

absl::StatusOr<bool> IsReferenced(Database& database, const std::string& sha256) {
  int count = 0;
  absl::Status status = database.Read([&](soci::session& sql) {
    sql << "SELECT (SELECT COUNT(*) FROM datasets WHERE feature_sha256 = :sha256) + "
           "(SELECT COUNT(*) FROM datasets WHERE label_sha256 = :sha256) + "
           "(SELECT COUNT(*) FROM datasets WHERE weight_sha256 = :sha256) + "
           "(SELECT COUNT(*) FROM models WHERE weights_sha256 = :sha256)",
        soci::use(sha256, "sha256"), soci::into(count);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return count > 0;
}

}  // namespace

absl::Status RemoveUnreferenced(Database& database, BlobStore& blobs, const std::vector<std::string>& sha256s) {
  absl::Status status;
  for (const std::string& sha256 : sha256s) {
    status.Update(blobs.Remove(sha256, [&] { return IsReferenced(database, sha256); }));
  }
  return status;
}

}  // namespace traind
