// The seam between storage and the disk: everything durable is written through it, so that a test can make any
// write, fsync or rename fail.
#ifndef TRAIND_SERVER_STORAGE_FILE_SYSTEM_H_
#define TRAIND_SERVER_STORAGE_FILE_SYSTEM_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace traind {

// A file being written, by one thread.
class WritableFile {
 public:
  virtual ~WritableFile() = default;  // closes; what was not synced may be lost
  // What a large file has got so far may go to the disk at once, in the background.
  virtual absl::Status Append(std::string_view bytes) = 0;
  // fsync. A failure is final for what was appended since the last Sync: it may be lost although a second Sync says OK.
  // Write it once more, to this file cut off there (OpenToAppend) or to another.
  virtual absl::Status Sync() = 0;
  virtual absl::Status Close() = 0;
};

// A file's bytes, mapped read-only; the address is stable for the life of the object, even if the file is removed.
class MappedFile {
 public:
  virtual ~MappedFile() = default;
  virtual std::string_view bytes() const = 0;
};

// Errors: NotFound, AlreadyExists, ResourceExhausted (disk or quota full), else Unavailable or Internal; each names
// the path. Thread-safe.
class FileSystem {
 public:
  virtual ~FileSystem() = default;
  // In a directory that is there. AlreadyExists if `path` does and is a directory. Durable only after SyncDirectory of
  // that other one: see MakeDurableDirectory.
  virtual absl::Status MakeDirectory(const std::string& path) = 0;
  // Creates a file that must not exist yet.
  virtual absl::StatusOr<std::unique_ptr<WritableFile>> Create(const std::string& path) = 0;
  // Opens a file that is there to go on after its first `size` bytes; what follows them is cut off.
  virtual absl::StatusOr<std::unique_ptr<WritableFile>> OpenToAppend(const std::string& path, int64_t size) = 0;
  // A second name for the same file; AlreadyExists if `to` does.
  virtual absl::Status Link(const std::string& from, const std::string& to) = 0;
  // Replaces `to` if it exists; atomic.
  virtual absl::Status Rename(const std::string& from, const std::string& to) = 0;
  // OK if there is no such file.
  virtual absl::Status Remove(const std::string& path) = 0;
  // fsync of a directory, which makes creations, renames and removals in it durable.
  virtual absl::Status SyncDirectory(const std::string& path) = 0;
  virtual absl::StatusOr<std::unique_ptr<MappedFile>> Map(const std::string& path) = 0;
  virtual absl::StatusOr<int64_t> Size(const std::string& path) = 0;
  // That anybody may still write to the disk of `path`.
  virtual absl::StatusOr<int64_t> FreeBytes(const std::string& path) = 0;
  // Names (not paths) of the entries of a directory, sorted.
  virtual absl::StatusOr<std::vector<std::string>> List(const std::string& path) = 0;
};

// Makes a directory and those above it that are missing, all of them durable: also one that an earlier process made
// and did not come to sync.
absl::Status MakeDurableDirectory(FileSystem& files, const std::string& path);

// The real one. Lives for ever.
FileSystem& PosixFileSystem();

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_FILE_SYSTEM_H_
