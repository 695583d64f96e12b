// One stream of UploadDataset.
#ifndef TRAIND_SERVER_RPC_UPLOAD_REACTOR_H_
#define TRAIND_SERVER_RPC_UPLOAD_REACTOR_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "server/datasets/dataset_upload.h"
#include "server/rpc/executor.h"
#include "server/storage/blob_store.h"
#include "server/storage/dataset_store.h"
#include "server/telemetry/metrics.h"
#include "traind/v1/dataset_service.pb.h"

namespace traind {

// Reads one message at a time and works on it on the executor, which paces the client. Deletes itself when the call is
// over; an upload that was not committed leaves nothing.
class UploadReactor : public grpc::ServerReadReactor<v1::UploadDatasetRequest> {
 public:
  // The references must outlive the call, as `response` does.
  UploadReactor(DatasetStore& datasets, BlobStore& blobs, Metrics& metrics, Executor& executor, v1::Dataset* response);

  void OnReadDone(bool ok) override;
  void OnDone() override;

 private:
  // The dataset, once it is committed.
  absl::StatusOr<std::optional<v1::Dataset>> TakeMessage();
  absl::Status Begin(const v1::UploadDatasetRequest::Begin& begin);
  absl::Status NoCommit() const;

  DatasetStore& datasets_;
  BlobStore& blobs_;
  Metrics& metrics_;
  Executor& executor_;
  v1::Dataset* const response_;
  v1::UploadDatasetRequest message_;
  std::unique_ptr<DatasetUpload> upload_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_RPC_UPLOAD_REACTOR_H_
