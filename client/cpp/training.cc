#include "client/cpp/call.h"
#include "client/cpp/client.h"

namespace traind::client {

using Stub = v1::TrainingService::Stub;

absl::StatusOr<v1::TrainingJob> Client::CreateTrainingJob(const v1::CreateTrainingJobRequest& request) const {
  return Call(*training_, &Stub::CreateTrainingJob, request, options_.timeout);
}

absl::StatusOr<v1::TrainingJob> Client::GetTrainingJob(const std::string& name) const {
  return Call(*training_, &Stub::GetTrainingJob, Named<v1::GetTrainingJobRequest>(name), options_.timeout);
}

absl::StatusOr<v1::ListTrainingJobsResponse> Client::ListTrainingJobs(
    const v1::ListTrainingJobsRequest& request) const {
  return Call(*training_, &Stub::ListTrainingJobs, request, options_.timeout);
}

absl::Status Client::ForEachTrainingJob(absl::FunctionRef<bool(const v1::TrainingJob&)> visit) const {
  return ForEach<v1::ListTrainingJobsRequest, v1::ListTrainingJobsResponse, v1::TrainingJob>(
      [this](const auto& request) { return ListTrainingJobs(request); }, &v1::ListTrainingJobsResponse::training_jobs,
      visit);
}

absl::StatusOr<v1::TrainingJob> Client::CancelTrainingJob(const std::string& name) const {
  return Call(*training_, &Stub::CancelTrainingJob, Named<v1::CancelTrainingJobRequest>(name), options_.timeout);
}

absl::StatusOr<v1::TrainingJob> Client::PauseTrainingJob(const std::string& name) const {
  return Call(*training_, &Stub::PauseTrainingJob, Named<v1::PauseTrainingJobRequest>(name), options_.timeout);
}

absl::StatusOr<v1::TrainingJob> Client::ResumeTrainingJob(const std::string& name) const {
  return Call(*training_, &Stub::ResumeTrainingJob, Named<v1::ResumeTrainingJobRequest>(name), options_.timeout);
}

absl::Status Client::DeleteTrainingJob(const std::string& name) const {
  return Call(*training_, &Stub::DeleteTrainingJob, Named<v1::DeleteTrainingJobRequest>(name), options_.timeout)
      .status();
}

}  // namespace traind::client
