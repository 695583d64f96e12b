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

// Works on one message at a time, on the executor, while the next one is read; that paces the client. Deletes itself
// when the call is over; an upload that was not committed leaves nothing.
class UploadReactor : public grpc::ServerReadReactor<v1::UploadDatasetRequest> {
 public:
  // `response` outlives the call.
  UploadReactor(const UploadParts& parts, v1::Dataset* response);
  ~UploadReactor() override;

  void OnReadDone(bool ok) override;
  void OnDone() override;

 private:
  // On the executor: what `message_` says, and then what has come meanwhile.
  void Work();
  // The dataset, once it is committed.
  absl::StatusOr<std::optional<v1::Dataset>> TakeMessage();
  absl::Status Begin(const v1::UploadDatasetRequest::Begin& begin);
  // Moves what was read to where it is worked on.
  void TakeRead() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Has `message_` worked on and the next one read. A commit is the last.
  void Go();
  void FinishOnce(const grpc::Status& status);
  void Tick(absl::Time now);

  const UploadParts parts_;
  v1::Dataset* const response_;
  v1::UploadDatasetRequest incoming_;  // gRPC's, while a read is under way
  v1::UploadDatasetRequest message_;   // at work
  std::unique_ptr<DatasetUpload> upload_;

  absl::Mutex mutex_;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  bool working_ ABSL_GUARDED_BY(mutex_) = false;
  bool has_incoming_ ABSL_GUARDED_BY(mutex_) = false;  // it is whole, and waits for the work to be done
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;         // the client sends no more
  // For the client, while there is nothing to work on. It is never given up at other times.
  absl::Time waiting_since_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();
  const int64_t tick_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_RPC_UPLOAD_REACTOR_H_
