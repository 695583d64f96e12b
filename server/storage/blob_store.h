// Immutable bytes under the name of their own SHA-256: the same bytes are stored once.
//
// On disk: DIR/ab/abcdef... (64 hex digits) for blobs, DIR/incoming/ for those being written, which is emptied when the
// store is opened.
#ifndef TRAIND_SERVER_STORAGE_BLOB_STORE_H_
#define TRAIND_SERVER_STORAGE_BLOB_STORE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/storage/file_system.h"

namespace traind {

struct BlobInfo {
  std::string sha256;  // 64 hex digits
  int64_t size = 0;
};

// A blob being written, by one thread. Dropped without a trace unless committed.
class BlobWriter {
 public:
  virtual ~BlobWriter() = default;
  virtual absl::Status Append(std::string_view bytes) = 0;
  // Makes the blob durable under its name (fsync, rename, fsync of the folder). Afterwards the writer is spent.
  virtual absl::StatusOr<BlobInfo> Commit() = 0;
};

// Thread-safe.
class BlobStore {
 public:
  // `files` must outlive the store.
  static absl::StatusOr<std::unique_ptr<BlobStore>> Open(FileSystem& files, std::string directory);
  virtual ~BlobStore() = default;

  virtual absl::StatusOr<std::unique_ptr<BlobWriter>> Create() = 0;
  // A short blob in one call.
  virtual absl::StatusOr<BlobInfo> Put(std::string_view bytes) = 0;
  // Maps a blob. NotFound if there is none; DataLoss if its size or, on the first mapping since the store was opened,
  // its contents do not match `blob`.
  virtual absl::StatusOr<std::unique_ptr<MappedFile>> Map(const BlobInfo& blob) = 0;
  // OK if there is none. Mappings of it stay good.
  virtual absl::Status Remove(const std::string& sha256) = 0;
};

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_BLOB_STORE_H_
