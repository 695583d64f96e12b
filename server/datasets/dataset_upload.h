// A streamed upload: opened, fed in order, and closed by a commit that says what was sent.
#ifndef TRAIND_SERVER_DATASETS_DATASET_UPLOAD_H_
#define TRAIND_SERVER_DATASETS_DATASET_UPLOAD_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/datasets/dataset_format.h"
#include "server/datasets/ingest.h"
#include "server/storage/blob_store.h"
#include "server/storage/dataset_store.h"
#include "server/storage/records.h"

namespace traind {

inline constexpr int64_t kMaxUploadBytes = int64_t{1} << 40;
inline constexpr int64_t kMaxChunkBytes = 1 << 20;

// What opens an upload.
struct UploadPlan {
  std::string id;
  DatasetFormat format;
  int64_t size = 0;     // bytes that will follow
  RequestMark request;  // its body is what opened the upload
};

// One upload. Leaves nothing unless Commit returned a dataset. After an error it is of no more use. Used by one thread
// at a time.
class DatasetUpload {
 public:
  // InvalidArgument lists the faults of `plan`; AlreadyExists if the id is taken. The stores must outlive the upload.
  static absl::StatusOr<std::unique_ptr<DatasetUpload>> Begin(UploadPlan plan, DatasetStore& datasets,
                                                              BlobStore& blobs);

  // The next bytes, which begin at `offset`. Aborted if others come first (the message names the offset expected);
  // OutOfRange past the size declared; InvalidArgument for no bytes or too many at once, and for faults of the data.
  absl::Status Append(int64_t offset, std::string_view bytes);

  // Publishes the dataset if it is what the sender says: FailedPrecondition if bytes are missing, InvalidArgument if
  // the SHA-256 of the bytes (hex) or, unless 0, the number of rows is another.
  absl::StatusOr<DatasetRecord> Commit(const std::string& sha256, int64_t rows);

  int64_t received() const { return received_; }

 private:
  DatasetUpload(UploadPlan plan, std::unique_ptr<DatasetIngest> ingest, DatasetStore& datasets);

  UploadPlan plan_;
  std::unique_ptr<DatasetIngest> ingest_;
  DatasetStore& datasets_;
  int64_t received_ = 0;
};

}  // namespace traind

#endif  // TRAIND_SERVER_DATASETS_DATASET_UPLOAD_H_
