// A disk in memory whose power can fail: what was not synced is then lost, or not, as chance has it.
#ifndef TRAIND_TESTS_SERVER_STORAGE_POWER_LOSS_FILE_SYSTEM_H_
#define TRAIND_TESTS_SERVER_STORAGE_POWER_LOSS_FILE_SYSTEM_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "server/storage/file_system.h"

namespace traind {

// What POSIX promises and no more: WritableFile::Sync saves the bytes of a file, SyncDirectory the names in a
// directory (also the removal of one, and the name of a directory in its parent). "/" is always there. Thread-safe.
class PowerLossFileSystem final : public FileSystem {
 public:
  // What becomes of each name and of each file's bytes that were not synced.
  enum class Unsynced { kLost, kKept, kByChance };

  // From the `operations`-th change from now on the power is off: it and all that follow it fail with Unavailable and
  // do nothing. Changes are what FaultyFileSystem counts, and Remove.
  void CutPowerBefore(int operations);
  // Whether it has come to that.
  bool power_is_off() const;
  // The disk after the loss, with power again. `seed` is for kByChance. What is open or mapped must be closed before.
  void PowerOn(Unsynced unsynced, uint32_t seed);

  absl::Status MakeDirectory(const std::string& path) override;
  absl::StatusOr<std::unique_ptr<WritableFile>> Create(const std::string& path) override;
  absl::StatusOr<std::unique_ptr<WritableFile>> OpenToAppend(const std::string& path, int64_t size) override;
  absl::Status Link(const std::string& from, const std::string& to) override;
  absl::Status Rename(const std::string& from, const std::string& to) override;
  absl::Status Remove(const std::string& path) override;
  absl::Status SyncDirectory(const std::string& path) override;
  absl::StatusOr<std::unique_ptr<MappedFile>> Map(const std::string& path) override;
  absl::StatusOr<int64_t> Size(const std::string& path) override;
  absl::StatusOr<int64_t> FreeBytes(const std::string& path) override;
  absl::StatusOr<std::vector<std::string>> List(const std::string& path) override;

 private:
  struct Node;
  using Names = std::map<std::string, std::shared_ptr<Node>>;
  // A file or a directory, now and as it was last synced.
  struct Node {
    bool is_directory = false;
    std::string bytes = {};
    std::string synced_bytes = {};
    Names names = {};
    Names synced_names = {};
  };
  class File;

  absl::Status Change() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::shared_ptr<Node> Find(const std::string& path) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The directory that has, or is to have, the last name of the path.
  std::shared_ptr<Node> Parent(const std::string& path) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  const std::shared_ptr<Node> root_ = std::make_shared<Node>(Node{.is_directory = true});
  int left_ ABSL_GUARDED_BY(mutex_) = -1;  // changes until the power is off; below 0: it stays
};

}  // namespace traind

#endif  // TRAIND_TESTS_SERVER_STORAGE_POWER_LOSS_FILE_SYSTEM_H_
