#include "tests/integration/service_stubs.h"

#include <google/protobuf/util/json_util.h>

#include <chrono>

#include "tests/integration/traind_process.h"

namespace traind {

ServiceStubs::ServiceStubs(std::shared_ptr<grpc::Channel> channel)
    : datasets_(v1::DatasetService::NewStub(channel)),
      training_(v1::TrainingService::NewStub(channel)),
      models_(v1::ModelService::NewStub(channel)) {}

grpc::ClientContext* ServiceStubs::NewContext() {
  contexts_.push_back(std::make_unique<grpc::ClientContext>());
  contexts_.back()->set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(1));
  if (!token_.empty()) contexts_.back()->AddMetadata("authorization", "Bearer " + token_);
  return contexts_.back().get();
}

::testing::AssertionResult ServiceStubs::Ok(const grpc::Status& status) {
  if (status.ok()) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "code " << status.error_code() << ": " << status.error_message();
}

void ServiceStubs::CreateDigits() {
  v1::CreateDatasetRequest request;
  request.set_dataset_id("digits");
  request.mutable_format()->mutable_csv()->set_label_column("label");
  request.set_data(ReadSourceFile("examples/digits.csv"));
  v1::Dataset dataset;
  ASSERT_TRUE(Ok(datasets_->CreateDataset(NewContext(), request, &dataset)));
  EXPECT_EQ(dataset.row_count(), 1797);
  EXPECT_EQ(dataset.feature_count(), 64);
  EXPECT_EQ(dataset.class_names_size(), 10);
}

v1::CreateTrainingJobRequest ServiceStubs::DigitsJob(const std::string& id) {
  v1::CreateTrainingJobRequest request;
  request.set_training_job_id(id);
  request.mutable_training_job()->set_dataset("datasets/digits");
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(ReadSourceFile("examples/digits.json"),
                                                          request.mutable_training_job()->mutable_spec())
                  .ok());
  return request;
}

v1::TrainingJob ServiceStubs::GetJob(const std::string& name) {
  v1::GetTrainingJobRequest request;
  request.set_name(name);
  v1::TrainingJob job;
  EXPECT_TRUE(Ok(training_->GetTrainingJob(NewContext(), request, &job)));
  return job;
}

v1::TrainingJob ServiceStubs::WaitForEnd(const std::string& name) {
  Watch(name, 0);
  return GetJob(name);
}

std::vector<v1::TrainingEvent> ServiceStubs::Watch(const std::string& name, int64_t after_sequence) {
  v1::WatchTrainingJobRequest request;
  request.set_name(name);
  request.set_after_sequence(after_sequence);
  std::unique_ptr<grpc::ClientReader<v1::TrainingEvent>> reader = training_->WatchTrainingJob(NewContext(), request);
  std::vector<v1::TrainingEvent> events;
  for (v1::TrainingEvent event; reader->Read(&event);) {
    if (!event.has_heartbeat()) events.push_back(event);
  }
  EXPECT_TRUE(Ok(reader->Finish()));
  return events;
}

int64_t ServiceStubs::ReadUntilEpoch(const std::string& name, int epoch) {
  v1::WatchTrainingJobRequest request;
  request.set_name(name);
  grpc::ClientContext* context = NewContext();
  std::unique_ptr<grpc::ClientReader<v1::TrainingEvent>> reader = training_->WatchTrainingJob(context, request);
  v1::TrainingEvent event;
  while (reader->Read(&event) && event.epoch_ended().epoch() < epoch) {
  }
  context->TryCancel();
  return event.sequence();
}

Refusal RefusalOf(const grpc::Status& status) {
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  EXPECT_EQ(details.code(), status.error_code());
  Refusal refusal;
  for (const google::protobuf::Any& detail : details.details()) {
    detail.UnpackTo(&refusal.info) || detail.UnpackTo(&refusal.bad_request) || detail.UnpackTo(&refusal.retry);
  }
  EXPECT_EQ(refusal.info.domain(), "traind") << status.error_message();
  EXPECT_FALSE(refusal.info.reason().empty()) << status.error_message();
  return refusal;
}

std::vector<std::string> Refusal::fields() const {
  std::vector<std::string> result;
  for (const google::rpc::BadRequest::FieldViolation& violation : bad_request.field_violations()) {
    result.push_back(violation.field());
  }
  return result;
}

}  // namespace traind
