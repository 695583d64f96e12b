// The folder of a server, which it has to itself:
//
//   LOCK         held by the running server (flock), empty
//   traind.db    the database (SQLite; traind.db-wal and traind.db-shm beside it while it runs)
//   blobs/       the blob store
//   checkpoints/ the states of jobs that have not ended
//   uploads/     bytes of uploads under way, a file each
#ifndef TRAIND_SERVER_STORAGE_DATA_DIRECTORY_H_
#define TRAIND_SERVER_STORAGE_DATA_DIRECTORY_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/storage/file_system.h"

namespace traind {

// Holds the lock as long as it lives: destroy it after what uses the paths.
class DataDirectory final {
 public:
  // Creates the folder if need be and locks it. FailedPrecondition if another server has it.
  static absl::StatusOr<std::unique_ptr<DataDirectory>> Open(FileSystem& files, std::string path);
  ~DataDirectory();
  DataDirectory(const DataDirectory&) = delete;
  DataDirectory& operator=(const DataDirectory&) = delete;

  const std::string& path() const { return path_; }
  std::string database_path() const { return path_ + "/traind.db"; }
  std::string uploads_path() const { return path_ + "/uploads"; }
  std::string blobs_path() const { return path_ + "/blobs"; }
  std::string checkpoints_path() const { return path_ + "/checkpoints"; }

 private:
  DataDirectory(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

  const std::string path_;
  const int lock_;  // file descriptor
};

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_DATA_DIRECTORY_H_
