// traind.v1.DatasetService: see proto/traind/v1/dataset_service.proto for what each method promises.
#ifndef TRAIND_SERVER_RPC_DATASET_SERVICE_H_
#define TRAIND_SERVER_RPC_DATASET_SERVICE_H_

#include <atomic>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/access/caller.h"
#include "server/datasets/uploads.h"
#include "server/rpc/executor.h"
#include "server/rpc/ticker.h"
#include "server/storage/blob_store.h"
#include "server/storage/dataset_store.h"
#include "server/storage/disk_floor.h"
#include "server/telemetry/metrics.h"
#include "traind/v1/dataset_service.grpc.pb.h"

namespace traind {

struct UploadStreamOptions {
  absl::Duration patience = absl::Seconds(60);  // a stream whose next kLeastBytes take so long is given up
  int max_streams = 100;                        // at a time
};

class DatasetService : public v1::DatasetService::CallbackService {
 public:
  // The references must outlive the service.
  // `upload_executor` writes what is uploaded, and reads it all for a commit, which may take long.
  DatasetService(DatasetStore& datasets, BlobStore& blobs, Uploads& uploads, const DiskFloor& floor, Metrics& metrics,
                 Executor& executor, Executor& upload_executor, Ticker& ticker, UploadStreamOptions options);

  grpc::ServerUnaryReactor* CreateDataset(grpc::CallbackServerContext* context, const v1::CreateDatasetRequest* request,
                                          v1::Dataset* response) override;
  grpc::ServerUnaryReactor* CreateUpload(grpc::CallbackServerContext* context, const v1::CreateUploadRequest* request,
                                         v1::Upload* response) override;
  grpc::ServerReadReactor<v1::WriteUploadRequest>* WriteUpload(grpc::CallbackServerContext* context,
                                                               v1::Upload* response) override;
  grpc::ServerUnaryReactor* GetUpload(grpc::CallbackServerContext* context, const v1::GetUploadRequest* request,
                                      v1::Upload* response) override;
  grpc::ServerUnaryReactor* CommitUpload(grpc::CallbackServerContext* context, const v1::CommitUploadRequest* request,
                                         v1::Dataset* response) override;
  grpc::ServerUnaryReactor* DeleteUpload(grpc::CallbackServerContext* context, const v1::DeleteUploadRequest* request,
                                         google::protobuf::Empty* response) override;
  grpc::ServerUnaryReactor* GetDataset(grpc::CallbackServerContext* context, const v1::GetDatasetRequest* request,
                                       v1::Dataset* response) override;
  grpc::ServerUnaryReactor* ListDatasets(grpc::CallbackServerContext* context, const v1::ListDatasetsRequest* request,
                                         v1::ListDatasetsResponse* response) override;
  grpc::ServerUnaryReactor* DeleteDataset(grpc::CallbackServerContext* context, const v1::DeleteDatasetRequest* request,
                                          google::protobuf::Empty* response) override;

 private:
  absl::StatusOr<v1::Dataset> Create(const v1::CreateDatasetRequest& request, const Caller& caller);
  absl::StatusOr<v1::Dataset> Commit(const v1::CommitUploadRequest& request, const Caller& caller);

  DatasetStore& datasets_;
  BlobStore& blobs_;
  Uploads& uploads_;
  const DiskFloor& floor_;
  Metrics& metrics_;
  Executor& executor_;
  Executor& upload_executor_;
  Ticker& ticker_;
  const UploadStreamOptions stream_options_;
  std::atomic<int> open_streams_ = 0;
};

}  // namespace traind

#endif  // TRAIND_SERVER_RPC_DATASET_SERVICE_H_
