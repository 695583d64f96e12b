// Immutable bytes under the name of their own SHA-256: the same bytes are stored once.
//
// On disk: DIR/ab/abcdef... (64 hex digits) for blobs, DIR/incoming/ for those being written, which is emptied when the
// store is opened.
//
// Since bytes are shared, one user's removal must not take them from another who is about to refer to them:
// - a blob is held from its Commit until its writer is destroyed: keep the writer until the row that names the blob is
//   in the database;
// - Remove keeps a blob that is held, and asks once more whether it is in use while nobody can begin or end holding it.
#ifndef TRAIND_SERVER_STORAGE_BLOB_STORE_H_
#define TRAIND_SERVER_STORAGE_BLOB_STORE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "server/storage/disk_floor.h"
#include "server/storage/file_system.h"
#include "server/storage/sha256.h"

namespace traind {

struct BlobInfo {
  std::string sha256;  // 64 hex digits
  int64_t size = 0;
};

class BlobStore;

// A blob being written, by one thread. Dropped without a trace unless committed. Must not outlive the store.
class BlobWriter final {
 public:
  ~BlobWriter();
  BlobWriter(const BlobWriter&) = delete;
  BlobWriter& operator=(const BlobWriter&) = delete;

  // Pieces of any size; small ones are gathered into large writes. After a failure every further call fails likewise.
  absl::Status Append(std::string_view bytes);
  // Ends the appending and returns the SHA-256 of all bytes, 64 hex digits: the name that Commit will give. Nothing is
  // durable yet. Commit seals by itself; a second call returns the same.
  absl::StatusOr<std::string> Seal();
  // Bytes appended.
  int64_t size() const { return info_.size; }
  // Seals, and maps what was appended, to be read once more before it is decided whether the blob is kept.
  absl::StatusOr<std::unique_ptr<MappedFile>> Reread();
  // Makes the blob durable under its name (fsync, rename, fsync of the folder). Afterwards the writer is spent, but
  // holds the blob as long as it lives.
  absl::StatusOr<BlobInfo> Commit();

 private:
  friend class BlobStore;
  BlobWriter(BlobStore& store, std::string path, std::unique_ptr<WritableFile> file, const DiskFloor* floor);
  absl::Status Write(std::string_view bytes);
  absl::Status Flush();

  BlobStore& store_;
  const std::string path_;              // in incoming/
  std::unique_ptr<WritableFile> file_;  // null if it is a link
  const DiskFloor* const floor_;        // null: none
  std::string buffer_;
  Sha256 hash_;
  absl::Status status_;  // the first failure, or that it is spent
  BlobInfo info_;        // its hash is empty until it is sealed
  bool committed_ = false;
};

// Thread-safe.
class BlobStore final {
 public:
  // What is given must outlive the store. `floor` is what data leaves free; null: nothing.
  static absl::StatusOr<std::unique_ptr<BlobStore>> Open(FileSystem& files, std::string directory,
                                                         const DiskFloor* floor = nullptr);

  // A blob of data. Appending to it ends with DiskFloor's error before it goes below the floor.
  absl::StatusOr<std::unique_ptr<BlobWriter>> Create();
  // A blob of what a job has made, which may take what data leaves free.
  absl::StatusOr<std::unique_ptr<BlobWriter>> CreateBelowFloor();
  // A blob of the bytes of a file on the same disk, which are known and synced: its writer is sealed and only to be
  // committed. The file stays, but whoever changes it afterwards changes the blob.
  absl::StatusOr<std::unique_ptr<BlobWriter>> Link(const std::string& path, const BlobInfo& blob);
  // Maps a blob. NotFound if there is none; DataLoss if its size or, on the first mapping since the store was opened,
  // its contents do not match `blob`, which takes a while to see: Cancelled if `stop` asks meanwhile.
  absl::StatusOr<std::unique_ptr<MappedFile>> Map(const BlobInfo& blob, const std::stop_token& stop = {});
  // Removes a blob unless it is held or `in_use` says true or fails. OK if there is none. Mappings of it stay good.
  // `in_use` is called under the store's lock: it looks into the database and must not call the store. Most callers
  // want RemoveUnreferenced of blob_references.h.
  absl::Status Remove(const std::string& sha256, const std::function<absl::StatusOr<bool>()>& in_use);
  // The names of all blobs.
  absl::StatusOr<std::vector<std::string>> List();
  // Commits of bytes that were stored already, since Open.
  int64_t duplicates() const { return duplicates_; }

 private:
  friend class BlobWriter;
  // What is known of a blob while writers hold it.
  struct Hold {
    int writers = 0;
    bool fresh = false;  // it was not there before, and no Commit of it has succeeded: nothing can refer to it
  };

  BlobStore(FileSystem& files, std::string directory, const DiskFloor* floor)
      : files_(files), directory_(std::move(directory)), floor_(floor) {}
  absl::StatusOr<std::unique_ptr<BlobWriter>> CreateAbove(const DiskFloor* floor);
  std::string Path(const std::string& sha256) const;
  // Moves a synced file under its name and leaves it held, or leaves nothing that was not there before.
  absl::Status Adopt(const std::string& incoming, const std::string& sha256) ABSL_LOCKS_EXCLUDED(mutex_);
  std::string NextIncoming() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status EnsureShard(const std::string& shard) ABSL_LOCKS_EXCLUDED(mutex_);
  void TakeHold(const std::string& sha256) ABSL_LOCKS_EXCLUDED(mutex_);
  void EndHold(const std::string& sha256, bool committed) ABSL_LOCKS_EXCLUDED(mutex_);

  FileSystem& files_;
  const std::string directory_;
  const DiskFloor* const floor_;
  std::atomic<int64_t> duplicates_ = 0;
  absl::Mutex mutex_;
  int64_t next_incoming_ ABSL_GUARDED_BY(mutex_) = 1;
  absl::flat_hash_map<std::string, Hold> holds_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_set<std::string> verified_ ABSL_GUARDED_BY(mutex_);  // contents were checked since Open
  absl::flat_hash_set<std::string> shards_ ABSL_GUARDED_BY(mutex_);    // folders known to be durable
};

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_BLOB_STORE_H_
