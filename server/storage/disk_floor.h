// Space on the disk that data leaves to what must go on: checkpoints and the database.
#ifndef TRAIND_SERVER_STORAGE_DISK_FLOOR_H_
#define TRAIND_SERVER_STORAGE_DISK_FLOOR_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "server/storage/file_system.h"

namespace traind {

// Immutable, hence thread-safe.
class DiskFloor {
 public:
  // On the disk of `path`, `least` bytes stay free; 0: there is no floor, the disk itself says when it is full. `files`
  // must outlive it.
  DiskFloor(FileSystem& files, std::string path, int64_t least)
      : files_(files), path_(std::move(path)), least_(least) {}

  // ResourceExhausted with reason DISK_FULL, the figures and a retry delay if `more` bytes would leave less, once the
  // `promised` bytes have come that others may still write.
  absl::Status Check(int64_t more, int64_t promised = 0) const;

 private:
  FileSystem& files_;
  const std::string path_;
  const int64_t least_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_DISK_FLOOR_H_
