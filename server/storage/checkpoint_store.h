// Checkpoints of jobs as files: DIR/NUMBER-ATTEMPT-STEP, DIR/....tmp while being written.
//
// A file counts only once its row is in the database (JobStore::AddCheckpoint), which is inserted when the file is
// durable: written under a temporary name, synced, renamed, the folder synced. A file without a row is a leftover.
#ifndef TRAIND_SERVER_STORAGE_CHECKPOINT_STORE_H_
#define TRAIND_SERVER_STORAGE_CHECKPOINT_STORE_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/storage/file_system.h"
#include "server/storage/records.h"

namespace traind {

// Thread-safe; nobody writes one checkpoint twice.
class CheckpointStore final {
 public:
  using Sink = absl::FunctionRef<absl::Status(std::string_view)>;

  // Makes the folder. `files` must outlive the store.
  static absl::StatusOr<std::unique_ptr<CheckpointStore>> Open(FileSystem& files, std::string directory);

  // Makes durable what `write` hands to its sink. If anything fails nothing is left, and the same may be tried again.
  absl::Status Write(const CheckpointRecord& checkpoint, absl::FunctionRef<absl::Status(Sink)> write);

  // Maps a checkpoint; its contents are not looked at. NotFound.
  absl::StatusOr<std::unique_ptr<MappedFile>> Map(const CheckpointRecord& checkpoint);

  // OK for those that are not there. The first failure comes back after all were tried.
  absl::Status Remove(const std::vector<CheckpointRecord>& checkpoints);

  // Removes every file but those of `used`; for a server that starts.
  absl::Status Sweep(const std::vector<CheckpointRecord>& used);

 private:
  CheckpointStore(FileSystem& files, std::string directory) : files_(files), directory_(std::move(directory)) {}
  std::string Path(const CheckpointRecord& checkpoint) const;
  absl::Status WriteFile(const std::string& path, absl::FunctionRef<absl::Status(Sink)> write);

  FileSystem& files_;
  const std::string directory_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_CHECKPOINT_STORE_H_
