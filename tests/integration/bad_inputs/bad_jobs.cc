// Jobs that cannot be made, whatever their spec.
#include <gmock/gmock.h>

#include <utility>

#include "tests/integration/bad_inputs/bad_input.h"

namespace traind {

using ::testing::IsEmpty;
using ::testing::Not;

BadInput InJob(int number, std::string name, std::function<void(v1::CreateTrainingJobRequest&)> spoil, Code code,
               std::vector<std::string> fields, std::string message) {
  return {.number = number,
          .name = std::move(name),
          .send =
              [spoil = std::move(spoil)](BadInputServer& server) {
                v1::CreateTrainingJobRequest request = server.stubs().DigitsJob("bad");
                spoil(request);
                return server.Submit(std::move(request));
              },
          .code = code,
          .fields = std::move(fields),
          .message = std::move(message)};
}

BadInput InSpec(int number, std::string name, std::function<void(v1::TrainingSpec&)> spoil,
                std::vector<std::string> fields) {
  return InJob(
      number, std::move(name),
      [spoil = std::move(spoil)](v1::CreateTrainingJobRequest& request) {
        spoil(*request.mutable_training_job()->mutable_spec());
      },
      Code::INVALID_ARGUMENT, std::move(fields));
}

namespace {

using Request = v1::CreateTrainingJobRequest;

BadInput Id(const char* name, std::string id) {
  return InJob(17, name, [id = std::move(id)](Request& r) { r.set_training_job_id(id); }, Code::INVALID_ARGUMENT,
               {"training_job_id"});
}

BadInput Dataset(int number, const char* name, const char* dataset, Code code, std::vector<std::string> fields,
                 const char* message) {
  return InJob(
      number, name, [dataset](Request& r) { r.mutable_training_job()->set_dataset(dataset); }, code, std::move(fields),
      message);
}

BadInput Validation(int number, const char* name, const char* dataset, Code code, std::vector<std::string> fields,
                    const char* message) {
  return InJob(
      number, name,
      [dataset](Request& r) {
        r.mutable_training_job()->mutable_spec()->clear_validation_split();
        r.mutable_training_job()->set_validation_dataset(dataset);
      },
      code, std::move(fields), message);
}

// The same body once more is no fault: it gets the first job.
grpc::Status RepeatARequestIdWithAnotherBody(BadInputServer& server) {
  Request request = server.stubs().DigitsJob("ended");
  request.set_request_id("first-job");
  request.mutable_training_job()->mutable_spec()->set_epochs(1);
  v1::TrainingJob first;
  EXPECT_TRUE(ServiceStubs::Ok(server.Create(request, &first)));
  EXPECT_EQ(first.name(), "trainingJobs/ended");
  EXPECT_EQ(first.state(), v1::TrainingJob::SUCCEEDED);
  request.mutable_training_job()->mutable_spec()->set_epochs(2);
  return server.Create(request);
}

grpc::Status AskForMoreMemoryThanThereIs(BadInputServer& server) {
  Request request = server.stubs().DigitsJob("bad");
  v1::TrainingSpec& spec = *request.mutable_training_job()->mutable_spec();
  for (const int layer : {0, 3}) LayerOf(spec, layer)->mutable_dense()->set_units(16'384);
  grpc::Status status = server.Submit(std::move(request));
  const Refusal refusal = RefusalOf(status);
  EXPECT_EQ(refusal.info.reason(), "MEMORY_BUDGET");
  EXPECT_THAT(refusal.info.metadata().at("needed_bytes"), Not(IsEmpty()));
  EXPECT_EQ(refusal.info.metadata().at("budget_bytes"), "1073741824");
  return status;
}

}  // namespace

std::vector<BadInput> BadJobs() {
  return {
      Id("JobIdWithSlash", "a/b"),
      Id("JobIdClimbs", "../x"),
      Id("JobIdWithNul", std::string("a\0b", 3)),
      Id("JobIdUpperCase", "Digits"),
      Id("JobIdTooLong", std::string(64, 'a')),
      Id("JobIdWithControlCharacter", "a\x1b[2Jb"),
      Id("JobIdBidirectional", "a\u202eb"),
      InJob(17, "TenantClimbs", [](Request& r) { r.mutable_training_job()->set_tenant("../x"); },
            Code::INVALID_ARGUMENT, {"tenant"}),
      InJob(0, "NoJob", [](Request& r) { r.clear_training_job(); }, Code::INVALID_ARGUMENT, {"dataset", "spec.model"}),
      InJob(0, "NoSpec", [](Request& r) { r.mutable_training_job()->clear_spec(); }, Code::INVALID_ARGUMENT,
            {"spec.epochs", "spec.model"}),
      InJob(0, "JobRequestIdTooLong", [](Request& r) { r.set_request_id(std::string(129, 'r')); },
            Code::INVALID_ARGUMENT, {"request_id"}),
      InJob(0, "JobRequestIdUnprintable", [](Request& r) { r.set_request_id("a\nb"); }, Code::INVALID_ARGUMENT,
            {"request_id"}),
      InJob(0, "PriorityTooHigh", [](Request& r) { r.mutable_training_job()->set_priority(1'001); },
            Code::INVALID_ARGUMENT, {"priority"}),
      Dataset(28, "JobWithoutDataset", "", Code::INVALID_ARGUMENT, {"dataset"}, ""),
      Dataset(28, "JobOnAModel", "models/ended", Code::INVALID_ARGUMENT, {"dataset"}, "models/ended"),
      Dataset(46, "JobOnAnUnknownDataset", "datasets/none", Code::NOT_FOUND, {}, "datasets/none"),
      Dataset(40, "JobOnAnUpload", "datasets/streamed", Code::FAILED_PRECONDITION, {}, "datasets/streamed"),
      Dataset(41, "ClassesOnNumbers", "datasets/numbers", Code::FAILED_PRECONDITION, {}, "regression"),
      Validation(28, "ValidationOnAModel", "models/ended", Code::INVALID_ARGUMENT, {"validation_dataset"}, ""),
      Validation(46, "ValidationOnAnUnknownDataset", "datasets/none", Code::NOT_FOUND, {}, "datasets/none"),
      Validation(40, "ValidationOnAnUpload", "datasets/streamed", Code::FAILED_PRECONDITION, {}, "datasets/streamed"),
      Validation(41, "ValidationOnNumbers", "datasets/numbers", Code::FAILED_PRECONDITION, {}, "REGRESSION"),
      InJob(29, "ValidationDatasetBesideASplit",
            [](Request& r) { r.mutable_training_job()->set_validation_dataset("datasets/digits"); },
            Code::INVALID_ARGUMENT, {"validation_dataset"}),
      InJob(
          45, "JobNameTaken", [](Request& r) { r.set_training_job_id("paused"); }, Code::ALREADY_EXISTS, {},
          "trainingJobs/paused"),
      {.number = 45,
       .name = "JobRequestIdWithAnotherBody",
       .send = RepeatARequestIdWithAnotherBody,
       .code = Code::ALREADY_EXISTS,
       .message = "first-job"},
      {.number = 45,
       .name = "ModelNameTaken",
       .send = [](BadInputServer& server) { return server.Submit(server.stubs().DigitsJob("ended")); },
       .code = Code::ALREADY_EXISTS,
       .message = "models/ended",
       .prepare =
           [](BadInputServer& server) {
             v1::DeleteTrainingJobRequest request;
             request.set_name("trainingJobs/ended");
             google::protobuf::Empty empty;
             ServiceStubs& stubs = server.stubs();
             EXPECT_TRUE(stubs.Ok(stubs.training().DeleteTrainingJob(stubs.NewContext(), request, &empty)));
           }},
      {.number = 48,
       .name = "MoreMemoryThanThereIs",
       .send = AskForMoreMemoryThanThereIs,
       .code = Code::RESOURCE_EXHAUSTED,
       .message = "MiB"},
  };
}

}  // namespace traind
