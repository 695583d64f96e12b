// The services as a bare client sees them, with what every test needs of them.
#ifndef TRAIND_TESTS_INTEGRATION_SERVICE_STUBS_H_
#define TRAIND_TESTS_INTEGRATION_SERVICE_STUBS_H_

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "google/rpc/error_details.pb.h"
#include "traind/v1/dataset_service.grpc.pb.h"
#include "traind/v1/model_service.grpc.pb.h"
#include "traind/v1/training_service.grpc.pb.h"

namespace traind {

class ServiceStubs {
 public:
  explicit ServiceStubs(std::shared_ptr<grpc::Channel> channel);

  v1::DatasetService::Stub& datasets() { return *datasets_; }
  v1::TrainingService::Stub& training() { return *training_; }
  v1::ModelService::Stub& models() { return *models_; }

  // Contexts from now on carry this token.
  void UseToken(std::string token) { token_ = std::move(token); }
  // A context with a deadline of a minute; lives as long as this.
  grpc::ClientContext* NewContext();
  // Says what went wrong, for EXPECT_TRUE.
  static ::testing::AssertionResult Ok(const grpc::Status& status);

  // Uploads examples/digits.csv as `datasets/digits`.
  void CreateDigits();
  // examples/digits.json on `datasets/digits`.
  v1::CreateTrainingJobRequest DigitsJob(const std::string& id);
  v1::TrainingJob GetJob(const std::string& name);
  // Watches to the end of the job and returns it.
  v1::TrainingJob WaitForEnd(const std::string& name);
  // All events to the end of the job, heartbeats left out.
  std::vector<v1::TrainingEvent> Watch(const std::string& name, int64_t after_sequence);
  // Watches until that epoch has ended; the sequence of the last event read.
  int64_t ReadUntilEpoch(const std::string& name, int epoch);

 private:
  std::unique_ptr<v1::DatasetService::Stub> datasets_;
  std::unique_ptr<v1::TrainingService::Stub> training_;
  std::unique_ptr<v1::ModelService::Stub> models_;
  std::string token_;  // empty: none
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts_;
};

// The details of a refusal, by kind; fails the test if it has no ErrorInfo.
struct Refusal {
  google::rpc::ErrorInfo info;
  google::rpc::BadRequest bad_request;
  google::rpc::RetryInfo retry;

  std::vector<std::string> fields() const;  // of all violations
};
Refusal RefusalOf(const grpc::Status& status);

}  // namespace traind

#endif  // TRAIND_TESTS_INTEGRATION_SERVICE_STUBS_H_
