// traind.v1.TrainingService: see proto/traind/v1/training_service.proto for what each method promises.
#ifndef TRAIND_SERVER_RPC_TRAINING_SERVICE_H_
#define TRAIND_SERVER_RPC_TRAINING_SERVICE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "engine/training/spec.h"
#include "server/access/caller.h"
#include "server/convert/training_spec.h"
#include "server/jobs/scheduler.h"
#include "server/rpc/executor.h"
#include "server/rpc/watch_streams.h"
#include "server/storage/dataset_store.h"
#include "server/storage/job_store.h"
#include "traind/v1/training_service.grpc.pb.h"

namespace traind {

class TrainingService : public v1::TrainingService::CallbackService {
 public:
  // `resources` is all that jobs have; one that needs more by itself is refused. The references must outlive the
  // service.
  TrainingService(JobStore& jobs, DatasetStore& datasets, Scheduler& scheduler, WatchStreams& watches,
                  JobResources resources, SpecLimits limits, Executor& executor);

  grpc::ServerUnaryReactor* CreateTrainingJob(grpc::CallbackServerContext* context,
                                              const v1::CreateTrainingJobRequest* request,
                                              v1::TrainingJob* response) override;
  grpc::ServerUnaryReactor* GetTrainingJob(grpc::CallbackServerContext* context,
                                           const v1::GetTrainingJobRequest* request,
                                           v1::TrainingJob* response) override;
  grpc::ServerUnaryReactor* ListTrainingJobs(grpc::CallbackServerContext* context,
                                             const v1::ListTrainingJobsRequest* request,
                                             v1::ListTrainingJobsResponse* response) override;
  grpc::ServerUnaryReactor* CancelTrainingJob(grpc::CallbackServerContext* context,
                                              const v1::CancelTrainingJobRequest* request,
                                              v1::TrainingJob* response) override;
  grpc::ServerUnaryReactor* PauseTrainingJob(grpc::CallbackServerContext* context,
                                             const v1::PauseTrainingJobRequest* request,
                                             v1::TrainingJob* response) override;
  grpc::ServerUnaryReactor* ResumeTrainingJob(grpc::CallbackServerContext* context,
                                              const v1::ResumeTrainingJobRequest* request,
                                              v1::TrainingJob* response) override;
  grpc::ServerUnaryReactor* DeleteTrainingJob(grpc::CallbackServerContext* context,
                                              const v1::DeleteTrainingJobRequest* request,
                                              google::protobuf::Empty* response) override;
  grpc::ServerWriteReactor<v1::TrainingEvent>* WatchTrainingJob(grpc::CallbackServerContext* context,
                                                                const v1::WatchTrainingJobRequest* request) override;

 private:
  // Asks something of the scheduler of the job with this name.
  absl::StatusOr<v1::TrainingJob> Ask(absl::StatusOr<JobRecord> (Scheduler::*what)(const std::string&,
                                                                                   const TenantScope&),
                                      const std::string& name, const Caller& caller);
  absl::StatusOr<v1::TrainingJob> Create(const v1::CreateTrainingJobRequest& request, const Caller& caller);
  // Bytes that the training will take; ResourceExhausted, with both numbers, if it can never have them.
  absl::StatusOr<int64_t> EstimateMemory(const engine::TrainingSpec& spec, const DatasetRecord& dataset,
                                         const DatasetRecord* validation) const;

  JobStore& jobs_;
  DatasetStore& datasets_;
  Scheduler& scheduler_;
  WatchStreams& watches_;
  const JobResources resources_;
  const SpecLimits limits_;
  Executor& executor_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_RPC_TRAINING_SERVICE_H_
