// traind.v1.DatasetService: see proto/traind/v1/dataset_service.proto for what each method promises.
#ifndef TRAIND_SERVER_RPC_DATASET_SERVICE_H_
#define TRAIND_SERVER_RPC_DATASET_SERVICE_H_

#include <atomic>

#include "absl/status/statusor.h"
#include "server/rpc/executor.h"
#include "server/rpc/ticker.h"
#include "server/storage/blob_store.h"
#include "server/storage/dataset_store.h"
#include "server/telemetry/metrics.h"
#include "traind/v1/dataset_service.grpc.pb.h"

namespace traind {

class DatasetService : public v1::DatasetService::CallbackService {
 public:
  // The references must outlive the service.
  DatasetService(DatasetStore& datasets, BlobStore& blobs, Metrics& metrics, Executor& executor, Ticker& ticker);

  grpc::ServerUnaryReactor* CreateDataset(grpc::CallbackServerContext* context, const v1::CreateDatasetRequest* request,
                                          v1::Dataset* response) override;
  grpc::ServerReadReactor<v1::UploadDatasetRequest>* UploadDataset(grpc::CallbackServerContext* context,
                                                                   v1::Dataset* response) override;
  grpc::ServerUnaryReactor* GetDataset(grpc::CallbackServerContext* context, const v1::GetDatasetRequest* request,
                                       v1::Dataset* response) override;
  grpc::ServerUnaryReactor* ListDatasets(grpc::CallbackServerContext* context, const v1::ListDatasetsRequest* request,
                                         v1::ListDatasetsResponse* response) override;
  grpc::ServerUnaryReactor* DeleteDataset(grpc::CallbackServerContext* context, const v1::DeleteDatasetRequest* request,
                                          google::protobuf::Empty* response) override;

 private:
  absl::StatusOr<v1::Dataset> Create(const v1::CreateDatasetRequest& request);

  DatasetStore& datasets_;
  BlobStore& blobs_;
  Metrics& metrics_;
  Executor& executor_;
  Ticker& ticker_;
  std::atomic<int> open_uploads_ = 0;
};

}  // namespace traind

#endif  // TRAIND_SERVER_RPC_DATASET_SERVICE_H_
