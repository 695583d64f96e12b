// Uploads that can be continued: announced, sent in any number of streams, and closed by a commit that says what was
// sent. Their bytes lie in one file each until then.
#ifndef TRAIND_SERVER_DATASETS_UPLOADS_H_
#define TRAIND_SERVER_DATASETS_UPLOADS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "server/datasets/dataset_format.h"
#include "server/datasets/staged_upload.h"
#include "server/storage/blob_store.h"
#include "server/storage/dataset_store.h"
#include "server/storage/disk_floor.h"
#include "server/storage/file_system.h"
#include "server/storage/records.h"
#include "server/storage/upload_store.h"

namespace traind {

inline constexpr int64_t kMaxChunkBytes = 1 << 20;

class Uploads;

// The one who may do something with an upload at a time. To be destroyed before Uploads.
class UploadLease {
 public:
  ~UploadLease();
  UploadLease(const UploadLease&) = delete;
  UploadLease& operator=(const UploadLease&) = delete;

  const UploadRecord& record() const { return record_; }

  // The next bytes, which begin at `offset`. They are safe some time later, see Sync. Aborted if others come first (the
  // message names the offset expected); OutOfRange past the size announced; InvalidArgument for no bytes or too many at
  // once, if their CRC-32C is another, and for faults of the data; ResourceExhausted: DiskFloor. What came before stays
  // in all cases.
  absl::Status Append(int64_t offset, std::string_view bytes, std::optional<uint32_t> crc32c);
  // Makes safe what has come, and says so in the record.
  absl::Status Sync();

 private:
  friend class Uploads;
  UploadLease(Uploads& uploads, UploadRecord record, std::unique_ptr<StagedUpload> staged)
      : uploads_(uploads), record_(std::move(record)), staged_(std::move(staged)) {}

  Uploads& uploads_;
  UploadRecord record_;
  std::unique_ptr<StagedUpload> staged_;  // null after a failure: to be opened again at what is safe
  absl::Time synced_at_ = absl::InfinitePast();
};

struct UploadOptions {
  int64_t max_bytes = int64_t{1} << 40;  // of one upload
  absl::Duration ttl = absl::Hours(24);  // an upload to which nothing comes for so long is removed
};

struct UploadParts {
  UploadStore& uploads;
  DatasetStore& datasets;
  BlobStore& blobs;
  FileSystem& files;
  const DiskFloor& floor;
  // DatasetFormat of its JSON as the record holds it.
  std::function<absl::StatusOr<DatasetFormat>(const std::string&)> decode_format;
};

// Thread-safe. NotFound where an id names no upload in the scope; Aborted while another has the lease of it.
class Uploads {
 public:
  // The files lie in `directory`, which is made. What the parts refer to must outlive what is returned.
  static absl::StatusOr<std::unique_ptr<Uploads>> Open(UploadParts parts, UploadOptions options, std::string directory);

  // Announces an upload; sets its id and times. Returns the earlier one for the same request, with all bytes committed
  // if it is a dataset by now. InvalidArgument for a size that is not allowed; AlreadyExists if the dataset is;
  // ResourceExhausted: UploadStore::Insert.
  absl::StatusOr<UploadRecord> Create(UploadRecord upload);
  absl::StatusOr<UploadRecord> Get(const std::string& id, const TenantScope& scope = TenantScope::All());
  absl::StatusOr<std::unique_ptr<UploadLease>> Lease(const std::string& id,
                                                     const TenantScope& scope = TenantScope::All());
  // Makes a dataset of the upload if the bytes are what the sender says: FailedPrecondition if some are missing,
  // InvalidArgument if their SHA-256 (hex) or, unless 0, the number of rows is another, or if they are no such data.
  // The upload is gone then; a repeat returns the dataset. It stays if there is an error.
  absl::StatusOr<DatasetRecord> Commit(const std::string& id, const std::string& sha256, int64_t rows,
                                       const TenantScope& scope = TenantScope::All());
  absl::Status Delete(const std::string& id, const TenantScope& scope = TenantScope::All());
  // Removes what has expired, and files of no upload.
  absl::Status Sweep(absl::Time now);

 private:
  friend class UploadLease;
  // An upload that is at work, or whose bytes need not be read again when it goes on.
  struct Entry {
    bool leased = false;
    std::unique_ptr<StagedUpload> staged;
  };

  Uploads(UploadParts parts, UploadOptions options, std::string directory)
      : parts_(std::move(parts)), options_(options), directory_(std::move(directory)) {}
  std::string Path(const std::string& id) const { return directory_ + "/" + id; }
  void EndLease(const std::string& id, std::unique_ptr<StagedUpload> staged);
  absl::Status OpenStaged(UploadLease& lease);
  absl::Status Remove(UploadLease& lease);
  absl::StatusOr<DatasetRecord> Publish(UploadLease& lease, int64_t rows);

  const UploadParts parts_;
  const UploadOptions options_;
  const std::string directory_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Entry> entries_ ABSL_GUARDED_BY(mutex_);
  int idle_ ABSL_GUARDED_BY(mutex_) = 0;  // entries that nobody has leased
};

}  // namespace traind

#endif  // TRAIND_SERVER_DATASETS_UPLOADS_H_
