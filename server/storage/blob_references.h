// Which blobs the database refers to.
#ifndef TRAIND_SERVER_STORAGE_BLOB_REFERENCES_H_
#define TRAIND_SERVER_STORAGE_BLOB_REFERENCES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "server/storage/blob_store.h"
#include "server/storage/database.h"

namespace traind {

// Removes those of the blobs that no dataset and no model refers to and that no writer holds. For after a row was
// deleted, or after a blob was committed whose row could not be inserted (destroy its writer first). The first failure
// comes back after all were tried; what stays then wastes space and harms nothing.
absl::Status RemoveUnreferenced(Database& database, BlobStore& blobs, const std::vector<std::string>& sha256s);

// Removes every blob that no dataset and no model refers to and that no writer holds: what a crash left between the
// commit of a blob and its row. Safe while others work.
absl::Status RemoveAllUnreferenced(Database& database, BlobStore& blobs);

// Bytes of the blobs that datasets refer to, each counted once.
absl::StatusOr<int64_t> DatasetBytes(Database& database);

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_BLOB_REFERENCES_H_
