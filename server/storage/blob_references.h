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

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_BLOB_REFERENCES_H_
