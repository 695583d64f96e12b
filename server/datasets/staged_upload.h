// The bytes of an upload that have come so far: a file, and what was learned of them on the way.
#ifndef TRAIND_SERVER_DATASETS_STAGED_UPLOAD_H_
#define TRAIND_SERVER_DATASETS_STAGED_UPLOAD_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/datasets/dataset_format.h"
#include "server/datasets/tensor_reader.h"
#include "server/storage/file_system.h"
#include "server/storage/sha256.h"

namespace traind {

// Tensors are checked as they come, since they are stored as they are; a CSV is read when it is all there. Bytes are
// hashed once. Used by one thread at a time; of no more use after a failure of Append or Sync.
class StagedUpload {
 public:
  // Continues the file at `path` after its first `received` bytes, which are read once more for what is to be known of
  // them; what follows them is cut off. Without a file, or with 0 bytes, the file is begun anew.
  // DataLoss if it has fewer. `files` must outlive what is returned.
  static absl::StatusOr<std::unique_ptr<StagedUpload>> Open(FileSystem& files, std::string path,
                                                            const DatasetFormat& format, int64_t received);

  // Faults of the data are told at once only where reading on is of no use.
  absl::Status Append(std::string_view bytes);
  // Afterwards all that was appended is on the disk for good.
  absl::Status Sync();

  const std::string& path() const { return path_; }
  int64_t received() const { return received_; }
  int64_t synced() const { return synced_; }
  // Of all bytes received, 64 hex digits.
  std::string InputSha256() const;
  // What reads tensors; null for a CSV.
  TensorReader* tensors() { return tensors_.get(); }

 private:
  StagedUpload(std::string path, const DatasetFormat& format);
  absl::Status Read(std::string_view bytes);

  const std::string path_;
  std::unique_ptr<WritableFile> file_;
  std::unique_ptr<TensorReader> tensors_;  // hashes what it reads
  Sha256 hash_;                            // of a CSV
  int64_t received_ = 0;
  int64_t synced_ = 0;
};

}  // namespace traind

#endif  // TRAIND_SERVER_DATASETS_STAGED_UPLOAD_H_
