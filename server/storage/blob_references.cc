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

absl::Status RemoveAllUnreferenced(Database& database, BlobStore& blobs) {
  const absl::StatusOr<std::vector<std::string>> all = blobs.List();
  if (!all.ok()) return all.status();
  return RemoveUnreferenced(database, blobs, *all);
}

absl::StatusOr<int64_t> DatasetBytes(Database& database) {
  int64_t bytes = 0;
  absl::Status status = database.Read([&](soci::session& sql) {
    sql << "SELECT COALESCE(SUM(bytes), 0) FROM (SELECT MAX(end_byte) AS bytes FROM ("
           "SELECT feature_sha256 AS sha256, feature_offset + feature_bytes AS end_byte FROM datasets UNION ALL "
           "SELECT label_sha256, label_offset + label_bytes FROM datasets UNION ALL "
           "SELECT weight_sha256, weight_offset + weight_bytes FROM datasets WHERE weight_sha256 IS NOT NULL) "
           "GROUP BY sha256)",
        soci::into(bytes);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return bytes;
}

}  // namespace traind
