// A short blob in one call.
#ifndef TRAIND_TESTS_SERVER_STORAGE_PUT_BLOB_H_
#define TRAIND_TESTS_SERVER_STORAGE_PUT_BLOB_H_

#include <string_view>

#include "server/storage/blob_store.h"

namespace traind {

// Nothing holds it afterwards.
inline absl::StatusOr<BlobInfo> PutBlob(BlobStore& blobs, std::string_view bytes) {
  absl::StatusOr<std::unique_ptr<BlobWriter>> writer = blobs.Create();
  if (!writer.ok()) return writer.status();
  if (absl::Status status = (*writer)->Append(bytes); !status.ok()) return status;
  return (*writer)->Commit();
}

}  // namespace traind

#endif  // TRAIND_TESTS_SERVER_STORAGE_PUT_BLOB_H_
