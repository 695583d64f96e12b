// traind.v1.ModelService: see proto/traind/v1/model_service.proto for what each method promises.
#ifndef TRAIND_SERVER_RPC_MODEL_SERVICE_H_
#define TRAIND_SERVER_RPC_MODEL_SERVICE_H_

#include <string>

#include "absl/status/statusor.h"
#include "server/access/caller.h"
#include "server/inference/model_cache.h"
#include "server/rpc/executor.h"
#include "server/rpc/export_stream.h"
#include "server/storage/blob_store.h"
#include "server/storage/dataset_store.h"
#include "server/storage/job_store.h"
#include "server/storage/model_store.h"
#include "server/telemetry/metrics.h"
#include "traind/v1/model_service.grpc.pb.h"

namespace traind {

class ModelService : public v1::ModelService::CallbackService {
 public:
  // The references must outlive the service. Predictions run on an executor of their own.
  ModelService(ModelStore& models, JobStore& jobs, DatasetStore& datasets, BlobStore& blobs, ModelCache& loaded,
               Metrics& metrics, Executor& executor, Executor& predict_executor);

  grpc::ServerUnaryReactor* GetModel(grpc::CallbackServerContext* context, const v1::GetModelRequest* request,
                                     v1::Model* response) override;
  grpc::ServerUnaryReactor* ListModels(grpc::CallbackServerContext* context, const v1::ListModelsRequest* request,
                                       v1::ListModelsResponse* response) override;
  grpc::ServerUnaryReactor* DeleteModel(grpc::CallbackServerContext* context, const v1::DeleteModelRequest* request,
                                        google::protobuf::Empty* response) override;
  grpc::ServerUnaryReactor* Predict(grpc::CallbackServerContext* context, const v1::PredictRequest* request,
                                    v1::PredictResponse* response) override;
  grpc::ServerWriteReactor<v1::ExportModelResponse>* ExportModel(grpc::CallbackServerContext* context,
                                                                 const v1::ExportModelRequest* request) override;

 private:
  // NotFound, or FailedPrecondition if there is a job of that name which has not made its model.
  absl::StatusOr<ModelRecord> Find(const std::string& name, const Caller& caller);
  // `Rows` is v1::PredictRequest::Rows or Table.
  template <typename Rows>
  absl::StatusOr<v1::PredictResponse> PredictRows(const ModelRecord& model, const Rows& rows);
  absl::StatusOr<v1::PredictResponse> PredictHeldOut(const ModelRecord& model,
                                                     const v1::PredictRequest::HeldOutRows& request,
                                                     const Caller& caller);

  absl::StatusOr<ExportedFile> Export(const v1::ExportModelRequest& request, const Caller& caller);

  ModelStore& models_;
  JobStore& jobs_;
  DatasetStore& datasets_;
  BlobStore& blobs_;
  ModelCache& loaded_;
  Metrics& metrics_;
  Executor& executor_;
  Executor& predict_executor_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_RPC_MODEL_SERVICE_H_
