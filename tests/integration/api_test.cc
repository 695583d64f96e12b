// What clients rely on besides training: names, pages, repeated requests, deletions, predictions, health, reflection.
#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include <chrono>

#include "absl/strings/str_cat.h"
#include "tests/integration/service_stubs.h"
#include "tests/integration/traind_process.h"

namespace traind {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using Code = grpc::StatusCode;

class Api : public ::testing::Test {
 protected:
  grpc::ClientContext* Context() { return stubs_.NewContext(); }

  v1::CreateDatasetRequest SmallDataset(const std::string& id) {
    v1::CreateDatasetRequest request;
    request.set_dataset_id(id);
    request.mutable_format()->mutable_csv()->set_label_column("label");
    request.set_data("x,label\n1,0\n2,1\n");
    return request;
  }
  grpc::Status Create(const v1::CreateDatasetRequest& request, v1::Dataset* dataset = nullptr) {
    v1::Dataset ignored;
    return stubs_.datasets().CreateDataset(Context(), request, dataset != nullptr ? dataset : &ignored);
  }
  grpc::Status Create(const v1::CreateTrainingJobRequest& request, v1::TrainingJob* job = nullptr) {
    v1::TrainingJob ignored;
    return stubs_.training().CreateTrainingJob(Context(), request, job != nullptr ? job : &ignored);
  }
  grpc::Status DeleteDataset(const std::string& name) {
    v1::DeleteDatasetRequest request;
    request.set_name(name);
    google::protobuf::Empty empty;
    return stubs_.datasets().DeleteDataset(Context(), request, &empty);
  }
  grpc::Status DeleteJob(const std::string& name) {
    v1::DeleteTrainingJobRequest request;
    request.set_name(name);
    google::protobuf::Empty empty;
    return stubs_.training().DeleteTrainingJob(Context(), request, &empty);
  }
  v1::CreateTrainingJobRequest ShortJob(const std::string& id) {
    v1::CreateTrainingJobRequest request = stubs_.DigitsJob(id);
    request.mutable_training_job()->mutable_spec()->set_epochs(1);
    return request;
  }
  v1::CreateTrainingJobRequest LongJob(const std::string& id) {
    v1::CreateTrainingJobRequest request = stubs_.DigitsJob(id);
    request.mutable_training_job()->mutable_spec()->set_epochs(100'000);
    return request;
  }
  v1::TrainingJob Cancel(const std::string& name) {
    v1::CancelTrainingJobRequest request;
    request.set_name(name);
    v1::TrainingJob job;
    EXPECT_TRUE(ServiceStubs::Ok(stubs_.training().CancelTrainingJob(Context(), request, &job)));
    return job;
  }

  TemporaryFolder folder_;
  TraindProcess traind_{folder_.path(), {"--cores=1"}};
  ServiceStubs stubs_{traind_.Connect()};
};

TEST_F(Api, ListsComeInPages) {
  for (int i = 0; i < 7; ++i) ASSERT_TRUE(ServiceStubs::Ok(Create(SmallDataset(absl::StrCat("set-", i)))));
  std::vector<std::string> names;
  v1::ListDatasetsRequest request;
  request.set_page_size(3);
  do {
    v1::ListDatasetsResponse page;
    ASSERT_TRUE(ServiceStubs::Ok(stubs_.datasets().ListDatasets(Context(), request, &page)));
    EXPECT_LE(page.datasets_size(), 3);
    for (const v1::Dataset& dataset : page.datasets()) names.push_back(dataset.name());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(names, ElementsAre("datasets/set-0", "datasets/set-1", "datasets/set-2", "datasets/set-3",
                                 "datasets/set-4", "datasets/set-5", "datasets/set-6"));
}

TEST_F(Api, ListsLeaveOutTables) {
  stubs_.CreateDigits();
  v1::CreateTrainingJobRequest request = stubs_.DigitsJob("tables");
  request.mutable_training_job()->mutable_spec()->add_metrics(v1::TrainingSpec::CONFUSION_MATRIX);
  v1::TrainingJob created;
  ASSERT_TRUE(ServiceStubs::Ok(stubs_.training().CreateTrainingJob(Context(), request, &created)));
  EXPECT_TRUE(stubs_.WaitForEnd(created.name()).result().metric_tables().contains("val_confusion_matrix"));
  v1::ListTrainingJobsResponse page;
  ASSERT_TRUE(ServiceStubs::Ok(stubs_.training().ListTrainingJobs(Context(), {}, &page)));
  ASSERT_EQ(page.training_jobs_size(), 1);
  EXPECT_TRUE(page.training_jobs(0).result().metric_tables().empty());
  EXPECT_TRUE(page.training_jobs(0).result().metrics().contains("val_loss"));
}

TEST_F(Api, ARepeatedRequestReturnsTheFirstResult) {
  v1::CreateDatasetRequest dataset = SmallDataset("once");
  dataset.set_request_id("request-1");
  v1::Dataset first, second;
  ASSERT_TRUE(ServiceStubs::Ok(Create(dataset, &first)));
  ASSERT_TRUE(ServiceStubs::Ok(Create(dataset, &second)));
  EXPECT_EQ(first.DebugString(), second.DebugString());
  dataset.set_dataset_id("other");
  EXPECT_EQ(Create(dataset).error_code(), Code::ALREADY_EXISTS);
  dataset = SmallDataset("once");
  EXPECT_EQ(Create(dataset).error_code(), Code::ALREADY_EXISTS);

  stubs_.CreateDigits();
  v1::CreateTrainingJobRequest request = ShortJob("");
  request.set_request_id("request-1");  // of another kind of resource
  v1::TrainingJob job, again;
  ASSERT_TRUE(ServiceStubs::Ok(Create(request, &job)));
  ASSERT_TRUE(ServiceStubs::Ok(Create(request, &again)));
  EXPECT_EQ(job.name(), again.name());
  request.mutable_training_job()->mutable_spec()->set_epochs(2);
  EXPECT_EQ(Create(request).error_code(), Code::ALREADY_EXISTS);
  stubs_.WaitForEnd(job.name());
  ASSERT_TRUE(ServiceStubs::Ok(DeleteDataset("datasets/digits")));
  request.mutable_training_job()->mutable_spec()->set_epochs(1);
  EXPECT_TRUE(ServiceStubs::Ok(Create(request, &again)));
  EXPECT_EQ(again.state(), v1::TrainingJob::SUCCEEDED);
}

TEST_F(Api, AJobIsOnlyValidatedWhenAskedTo) {
  stubs_.CreateDigits();
  v1::CreateTrainingJobRequest request = ShortJob("good");
  request.set_validate_only(true);
  request.mutable_training_job()->set_state(v1::TrainingJob::SUCCEEDED);  // not a client's to say
  v1::TrainingJob job;
  ASSERT_TRUE(ServiceStubs::Ok(Create(request, &job)));
  EXPECT_EQ(job.state(), v1::TrainingJob::STATE_UNSPECIFIED);
  EXPECT_EQ(job.name(), "trainingJobs/good");
  EXPECT_EQ(job.threads(), 1);
  EXPECT_EQ(DeleteJob("trainingJobs/good").error_code(), Code::NOT_FOUND);
}

TEST_F(Api, WithoutAnIdTheServerMakesOne) {
  stubs_.CreateDigits();
  v1::TrainingJob first, second;
  ASSERT_TRUE(ServiceStubs::Ok(Create(ShortJob(""), &first)));
  ASSERT_TRUE(ServiceStubs::Ok(Create(ShortJob(""), &second)));
  EXPECT_NE(first.name(), second.name());
  for (const std::string& name : {first.name(), second.name()}) {
    EXPECT_EQ(stubs_.WaitForEnd(name).state(), v1::TrainingJob::SUCCEEDED);
    EXPECT_TRUE(ServiceStubs::Ok(DeleteJob(name)));
  }
}

TEST_F(Api, WhatIsInUseCannotBeDeleted) {
  stubs_.CreateDigits();
  ASSERT_TRUE(ServiceStubs::Ok(Create(LongJob("long"))));
  EXPECT_EQ(DeleteDataset("datasets/digits").error_code(), Code::FAILED_PRECONDITION);
  EXPECT_EQ(DeleteJob("trainingJobs/long").error_code(), Code::FAILED_PRECONDITION);
  v1::PredictRequest predict;
  predict.set_name("models/long");
  predict.mutable_held_out_rows();
  v1::PredictResponse predicted;
  EXPECT_EQ(stubs_.models().Predict(Context(), predict, &predicted).error_code(), Code::FAILED_PRECONDITION);
  Cancel("trainingJobs/long");
  v1::TrainingJob ended = stubs_.WaitForEnd("trainingJobs/long");
  EXPECT_EQ(ended.state(), v1::TrainingJob::CANCELLED);
  EXPECT_EQ(Cancel("trainingJobs/long").DebugString(), ended.DebugString());
  EXPECT_TRUE(ServiceStubs::Ok(DeleteJob("trainingJobs/long")));
  EXPECT_TRUE(ServiceStubs::Ok(DeleteDataset("datasets/digits")));
}

TEST_F(Api, PredictionsAreOneARow) {
  stubs_.CreateDigits();
  ASSERT_TRUE(ServiceStubs::Ok(Create(ShortJob("short"))));
  stubs_.WaitForEnd("trainingJobs/short");
  v1::PredictRequest request;
  request.set_name("models/short");
  v1::PredictRequest::Rows& rows = *request.mutable_rows();
  for (int i = 0; i < 64; ++i) rows.add_rows();
  for (v1::PredictRequest::Row& row : *rows.mutable_rows()) {
    for (int c = 0; c < 64; ++c) row.add_values(static_cast<float>(c % 17));
  }
  v1::PredictResponse response;
  ASSERT_TRUE(ServiceStubs::Ok(stubs_.models().Predict(Context(), request, &response)));
  EXPECT_THAT(response.predictions(), SizeIs(64));
}

TEST_F(Api, FiveHundredSilentConnectionsHoldNobodyUp) {
  std::vector<std::shared_ptr<grpc::Channel>> silent;
  for (int i = 0; i < 500; ++i) {
    silent.push_back(traind_.Connect());
    silent.back()->GetState(/*try_to_connect=*/true);
  }
  ASSERT_TRUE(silent.back()->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(20)));
  stubs_.CreateDigits();
  ASSERT_TRUE(ServiceStubs::Ok(Create(ShortJob("short"))));
  EXPECT_EQ(stubs_.WaitForEnd("trainingJobs/short").state(), v1::TrainingJob::SUCCEEDED);
}

// A client without any stubs: health and reflection answer under their well-known names. The bytes are written out by
// hand from grpc/health/v1/health.proto and grpc/reflection/v1alpha/reflection.proto.
std::string CallWithBytes(TraindProcess& traind, grpc::ClientContext* context, const char* method,
                          const std::string& request) {
  grpc::CompletionQueue queue;
  grpc::GenericStub stub(traind.Connect());
  auto call = stub.PrepareCall(context, method, &queue);
  const auto wait = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  };
  const grpc::Slice slice(request);
  grpc::ByteBuffer answer;
  grpc::Status status;
  call->StartCall(nullptr);
  EXPECT_TRUE(wait());
  call->WriteLast(grpc::ByteBuffer(&slice, 1), grpc::WriteOptions(), nullptr);
  EXPECT_TRUE(wait());
  call->Read(&answer, nullptr);
  EXPECT_TRUE(wait());
  call->Finish(&status, nullptr);
  EXPECT_TRUE(wait());
  EXPECT_TRUE(ServiceStubs::Ok(status));
  grpc::Slice whole;
  EXPECT_TRUE(answer.DumpToSingleSlice(&whole).ok());
  return {reinterpret_cast<const char*>(whole.begin()), whole.size()};
}

TEST_F(Api, HealthAnswers) {
  const std::string everything;  // HealthCheckRequest{service: ""}
  const std::string serving = "\x08\x01";
  EXPECT_EQ(CallWithBytes(traind_, Context(), "/grpc.health.v1.Health/Check", everything), serving);
}

TEST_F(Api, ReflectionListsTheServices) {
  const std::string list_services("\x3a\x00", 2);
  const std::string answer = CallWithBytes(
      traind_, Context(), "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", list_services);
  for (const char* service : {"DatasetService", "TrainingService", "ModelService"}) {
    EXPECT_THAT(answer, HasSubstr(absl::StrCat("traind.v1.", service)));
  }
}

}  // namespace
}  // namespace traind
