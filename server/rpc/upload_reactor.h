// One stream of UploadDataset.
#ifndef TRAIND_SERVER_RPC_UPLOAD_REACTOR_H_
#define TRAIND_SERVER_RPC_UPLOAD_REACTOR_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "server/datasets/dataset_upload.h"
#include "server/rpc/executor.h"
#include "server/rpc/ticker.h"
#include "server/storage/blob_store.h"
#include "server/storage/dataset_store.h"
#include "server/telemetry/metrics.h"
#include "traind/v1/dataset_service.pb.h"

namespace traind {

// What the uploads of all clients share. The references must outlive them.
struct UploadParts {
  DatasetStore& datasets;
  BlobStore& blobs;
  Metrics& metrics;
  Executor& executor;
  Ticker& ticker;
  // A client that sends nothing for so long is given up as DEADLINE_EXCEEDED.
  absl::Duration patience = absl::Seconds(60);
  std::atomic<int>& open;  // uploads at work
};

// Each holds two open files.
inline constexpr int kMaxOpenUploads = 100;

// Reads one message at a time and works on it on the executor, which paces the client. Deletes itself when the call is
// over; an upload that was not committed leaves nothing.
class UploadReactor : public grpc::ServerReadReactor<v1::UploadDatasetRequest> {
 public:
  // `response` outlives the call.
  UploadReactor(const UploadParts& parts, v1::Dataset* response);
  ~UploadReactor() override;

  void OnReadDone(bool ok) override;
  void OnDone() override;

 private:
  // The dataset, once it is committed.
  absl::StatusOr<std::optional<v1::Dataset>> TakeMessage();
  absl::Status Begin(const v1::UploadDatasetRequest::Begin& begin);
  // Waits for the next message.
  void ReadNext();
  // Finishes the call unless that was done: a stalled client can come back to life while it is given up.
  void FinishOnce(const grpc::Status& status);
  void Tick(absl::Time now);

  const UploadParts parts_;
  v1::Dataset* const response_;
  v1::UploadDatasetRequest message_;
  std::unique_ptr<DatasetUpload> upload_;

  absl::Mutex mutex_;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Time waiting_since_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();  // for the client
  const int64_t tick_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_RPC_UPLOAD_REACTOR_H_
