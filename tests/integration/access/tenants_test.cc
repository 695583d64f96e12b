// Two tenants on one server: neither sees nor touches what is the other's, nor learns that it is there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/integration/access/every_method.h"
#include "tests/integration/access/token_server.h"

namespace traind {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using Code = grpc::StatusCode;

v1::CreateDatasetRequest Table(const std::string& id) {
  v1::CreateDatasetRequest request;
  request.set_dataset_id(id);
  request.mutable_format()->mutable_csv()->set_label_column("y");
  request.set_data("x,y\n1,a\n2,b\n3,a\n4,b\n");
  return request;
}

class Tenants : public TokenServer {
 protected:
  // A job on what Table makes.
  static v1::CreateTrainingJobRequest TableJob(ServiceStubs& stubs, const std::string& id, const std::string& dataset) {
    v1::CreateTrainingJobRequest request = stubs.DigitsJob(id);
    request.mutable_training_job()->set_dataset(absl::StrCat("datasets/", dataset));
    v1::TrainingSpec& spec = *request.mutable_training_job()->mutable_spec();
    spec.mutable_model()->mutable_layers(6)->mutable_dense()->set_units(2);
    spec.set_batch_size(2);
    spec.clear_validation_split();
    return request;
  }
  static grpc::Status Create(ServiceStubs& stubs, const v1::CreateDatasetRequest& request, v1::Dataset* dataset) {
    return stubs.datasets().CreateDataset(stubs.NewContext(), request, dataset);
  }
  static grpc::Status Create(ServiceStubs& stubs, const v1::CreateTrainingJobRequest& request, v1::TrainingJob* job) {
    return stubs.training().CreateTrainingJob(stubs.NewContext(), request, job);
  }
};

TEST_F(Tenants, WhatIsAnothersIsAsIfItWereNotThere) {
  Start();
  const Targets acmes = MakeWhatAcmeHas();
  const Targets nobodys = {.dataset = "nothing", .job = "nothing", .upload = "nothing"};
  const std::unique_ptr<ServiceStubs> beta = As("trainer-of-beta");
  for (const MethodCall& call : EveryMethod()) {
    if (call.about != About::kOneResource) continue;
    const grpc::Status theirs = call.call(*beta, acmes);
    const grpc::Status none = call.call(*beta, nobodys);
    EXPECT_EQ(theirs.error_code(), Code::NOT_FOUND) << call.method << ": " << theirs.error_message();
    // Not even the words tell them apart.
    std::string message = theirs.error_message();
    for (const std::string& id :
         {acmes.dataset, acmes.upload, absl::StrCat("trainingJobs/", acmes.job), absl::StrCat("models/", acmes.job)}) {
      const size_t at = message.find(id);
      if (at != std::string::npos)
        message.replace(message.find_last_of('/', at + id.size()) + 1, id.substr(id.find('/') + 1).size(), "nothing");
    }
    EXPECT_EQ(message, none.error_message()) << call.method;
  }
  // It is all still there.
  const std::unique_ptr<ServiceStubs> acme = As("reader-of-acme");
  for (const MethodCall& call : EveryMethod()) {
    if (call.about != About::kOneResource || call.least_role != "reader") continue;
    EXPECT_TRUE(ServiceStubs::Ok(call.call(*acme, acmes))) << call.method;
  }
  EXPECT_EQ(acme->GetJob("trainingJobs/j").state(), v1::TrainingJob::SUCCEEDED);
}

TEST_F(Tenants, ListsShowOnesOwnPageByPage) {
  Start();
  MakeWhatAcmeHas();
  const std::unique_ptr<ServiceStubs> acme = As("trainer-of-acme");
  const std::unique_ptr<ServiceStubs> beta = As("trainer-of-beta");
  v1::Dataset made;
  for (const char* id : {"b", "e"}) ASSERT_TRUE(ServiceStubs::Ok(Create(*beta, Table(id), &made)));
  for (const char* id : {"a", "c"}) ASSERT_TRUE(ServiceStubs::Ok(Create(*acme, Table(id), &made)));
  v1::ListTrainingJobsResponse jobs;
  ASSERT_TRUE(ServiceStubs::Ok(beta->training().ListTrainingJobs(beta->NewContext(), {}, &jobs)));
  EXPECT_EQ(jobs.training_jobs_size(), 0);
  v1::ListModelsResponse models;
  ASSERT_TRUE(ServiceStubs::Ok(beta->models().ListModels(beta->NewContext(), {}, &models)));
  EXPECT_EQ(models.models_size(), 0);
  const auto names = [](ServiceStubs& stubs, std::string token) {
    std::string all;
    v1::ListDatasetsRequest request;
    request.set_page_size(1);
    request.set_page_token(std::move(token));
    do {
      v1::ListDatasetsResponse page;
      EXPECT_TRUE(ServiceStubs::Ok(stubs.datasets().ListDatasets(stubs.NewContext(), request, &page)));
      EXPECT_LE(page.datasets_size(), 1);
      for (const v1::Dataset& dataset : page.datasets())
        absl::StrAppend(&all, dataset.name(), " ", dataset.tenant(), "\n");
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return all;
  };
  EXPECT_EQ(names(*acme, ""), "datasets/a acme\ndatasets/c acme\ndatasets/digits acme\n");
  EXPECT_EQ(names(*beta, ""), "datasets/b beta\ndatasets/e beta\n");
  // Another tenant's page token is a place in the alphabet and opens nothing.
  v1::ListDatasetsRequest first;
  first.set_page_size(1);
  v1::ListDatasetsResponse page;
  ASSERT_TRUE(ServiceStubs::Ok(acme->datasets().ListDatasets(acme->NewContext(), first, &page)));
  EXPECT_EQ(names(*beta, page.next_page_token()), "datasets/b beta\ndatasets/e beta\n");
}

TEST_F(Tenants, ANameThatAnotherHasIsTakenAndNoMoreIsSaid) {
  Start();
  MakeWhatAcmeHas();
  const std::unique_ptr<ServiceStubs> beta = As("trainer-of-beta");
  v1::Dataset dataset;
  const grpc::Status taken = Create(*beta, Table("digits"), &dataset);
  EXPECT_EQ(taken.error_code(), Code::ALREADY_EXISTS);
  EXPECT_EQ(RefusalOf(taken).info.reason(), "NAME_TAKEN");
  EXPECT_EQ(taken.error_message(), "the name datasets/digits is taken: choose another");
  ASSERT_TRUE(ServiceStubs::Ok(Create(*beta, Table("own"), &dataset)));
  EXPECT_EQ(dataset.tenant(), "beta");
  v1::CreateTrainingJobRequest request = TableJob(*beta, "j", "own");
  v1::TrainingJob job;
  for (const bool validate_only : {true, false}) {
    request.set_validate_only(validate_only);
    const grpc::Status job_taken = Create(*beta, request, &job);
    EXPECT_EQ(job_taken.error_code(), Code::ALREADY_EXISTS);
    EXPECT_EQ(job_taken.error_message(), "the name trainingJobs/j is taken: choose another");
  }
}

TEST_F(Tenants, ARequestIdIsOneOfItsTenants) {
  Start();
  const std::unique_ptr<ServiceStubs> acme = As("trainer-of-acme");
  const std::unique_ptr<ServiceStubs> beta = As("trainer-of-beta");
  v1::CreateDatasetRequest request = Table("of-acme");
  request.set_request_id("r1");
  v1::Dataset dataset;
  ASSERT_TRUE(ServiceStubs::Ok(Create(*acme, request, &dataset)));
  ASSERT_TRUE(ServiceStubs::Ok(Create(*acme, request, &dataset)));
  // The same request of another is another: its name is taken. With a name of its own it is made.
  EXPECT_EQ(Create(*beta, request, &dataset).error_code(), Code::ALREADY_EXISTS);
  request.set_dataset_id("of-beta");
  ASSERT_TRUE(ServiceStubs::Ok(Create(*beta, request, &dataset)));
  EXPECT_EQ(dataset.name(), "datasets/of-beta");
  for (const auto& [stubs, of] : {std::pair(acme.get(), "of-acme"), std::pair(beta.get(), "of-beta")}) {
    v1::CreateTrainingJobRequest job_request = TableJob(*stubs, of, of);
    job_request.set_request_id("r1");
    v1::TrainingJob job;
    for (int i = 0; i < 2; ++i) {
      ASSERT_TRUE(ServiceStubs::Ok(Create(*stubs, job_request, &job)));
      EXPECT_EQ(job.name(), absl::StrCat("trainingJobs/", of));
    }
    v1::CreateUploadRequest upload_request;
    upload_request.set_request_id("r2");
    upload_request.set_dataset_id("to-be");
    upload_request.set_size_bytes(10);
    upload_request.mutable_format()->mutable_csv()->set_label_column("y");
    v1::Upload upload;
    ASSERT_TRUE(ServiceStubs::Ok(stubs->datasets().CreateUpload(stubs->NewContext(), upload_request, &upload)));
    v1::Upload again;
    ASSERT_TRUE(ServiceStubs::Ok(stubs->datasets().CreateUpload(stubs->NewContext(), upload_request, &again)));
    EXPECT_EQ(upload.name(), again.name());
  }
}

TEST_F(Tenants, OnlyAnAdminMakesWhatIsAnothers) {
  Start();
  const std::unique_ptr<ServiceStubs> beta = As("trainer-of-beta");
  v1::CreateDatasetRequest request = Table("d");
  request.set_tenant("acme");
  v1::Dataset dataset;
  v1::CreateUploadRequest upload;
  upload.set_dataset_id("d");
  upload.set_tenant("acme");
  v1::CreateTrainingJobRequest job = beta->DigitsJob("j");
  job.mutable_training_job()->set_tenant("acme");
  v1::Upload made_upload;
  v1::TrainingJob made_job;
  for (const grpc::Status& status : {Create(*beta, request, &dataset), Create(*beta, job, &made_job),
                                     beta->datasets().CreateUpload(beta->NewContext(), upload, &made_upload)}) {
    EXPECT_EQ(status.error_code(), Code::PERMISSION_DENIED);
    EXPECT_EQ(RefusalOf(status).info.reason(), "TENANT_FORBIDDEN");
    EXPECT_THAT(status.error_message(), HasSubstr("'acme'; the token is of tenant beta"));
  }
  const std::unique_ptr<ServiceStubs> admin = As("admin-of-beta");
  ASSERT_TRUE(ServiceStubs::Ok(Create(*admin, request, &dataset)));
  EXPECT_EQ(dataset.tenant(), "acme");
  const std::unique_ptr<ServiceStubs> acme = As("trainer-of-acme");
  request.set_dataset_id("own");
  ASSERT_TRUE(ServiceStubs::Ok(Create(*acme, request, &dataset)));
  EXPECT_EQ(dataset.tenant(), "acme");
}

TEST_F(Tenants, AJobTrainsAndValidatesOnOnesOwnOnly) {
  Start();
  MakeWhatAcmeHas();
  const std::unique_ptr<ServiceStubs> beta = As("trainer-of-beta");
  v1::CreateDatasetRequest digits;
  digits.set_dataset_id("own");
  digits.mutable_format()->mutable_csv()->set_label_column("label");
  digits.set_data(ReadSourceFile("examples/digits.csv"));
  v1::Dataset dataset;
  ASSERT_TRUE(ServiceStubs::Ok(Create(*beta, digits, &dataset)));
  v1::CreateTrainingJobRequest request = beta->DigitsJob("b");
  request.mutable_training_job()->set_dataset("datasets/own");
  request.mutable_training_job()->set_validation_dataset("datasets/digits");
  request.mutable_training_job()->mutable_spec()->clear_validation_split();
  v1::TrainingJob job;
  for (const bool validate_only : {true, false}) {
    request.set_validate_only(validate_only);
    const grpc::Status status = Create(*beta, request, &job);
    EXPECT_EQ(status.error_code(), Code::NOT_FOUND) << status.error_message();
    EXPECT_EQ(status.error_message(), "there is no dataset datasets/digits");
  }
  // An upload that is to become a dataset is not told of either.
  request.mutable_training_job()->set_validation_dataset("");
  request.mutable_training_job()->set_dataset("datasets/to-be");
  EXPECT_EQ(Create(*beta, request, &job).error_code(), Code::NOT_FOUND);
}

TEST_F(Tenants, TheSameBytesOfTwoAreTwoDatasets) {
  Start({"--max_tenant_bytes=100"});
  const std::unique_ptr<ServiceStubs> acme = As("trainer-of-acme");
  const std::unique_ptr<ServiceStubs> beta = As("trainer-of-beta");
  v1::Dataset first;
  v1::Dataset second;
  ASSERT_TRUE(ServiceStubs::Ok(Create(*acme, Table("a"), &first)));
  ASSERT_TRUE(ServiceStubs::Ok(Create(*beta, Table("b"), &second)));
  // All that a tenant sees of them is as if the other had none.
  second.set_name(first.name());
  second.set_tenant(first.tenant());
  *second.mutable_create_time() = first.create_time();
  EXPECT_EQ(first.SerializeAsString(), second.SerializeAsString());
  // And one's quota is one's own: 32 bytes each.
  ASSERT_TRUE(ServiceStubs::Ok(Create(*acme, Table("a2"), &first)));
  ASSERT_TRUE(ServiceStubs::Ok(Create(*acme, Table("a3"), &first)));
  const grpc::Status full = Create(*acme, Table("a4"), &first);
  EXPECT_EQ(full.error_code(), Code::RESOURCE_EXHAUSTED);
  EXPECT_EQ(RefusalOf(full).info.reason(), "TENANT_QUOTA");
  ASSERT_TRUE(ServiceStubs::Ok(Create(*beta, Table("b2"), &second)));
  // The one's bytes stay when the other's go.
  v1::DeleteDatasetRequest gone;
  gone.set_name("datasets/a");
  google::protobuf::Empty empty;
  ASSERT_TRUE(ServiceStubs::Ok(acme->datasets().DeleteDataset(acme->NewContext(), gone, &empty)));
  const v1::CreateTrainingJobRequest request = TableJob(*beta, "b", "b");
  v1::TrainingJob job;
  ASSERT_TRUE(ServiceStubs::Ok(Create(*beta, request, &job)));
  EXPECT_EQ(beta->WaitForEnd("trainingJobs/b").state(), v1::TrainingJob::SUCCEEDED);
}

TEST_F(Tenants, OneThatQueuesTooMuchHearsSoAndTheOtherDoesNot) {
  Start({"--max_tenant_queued_jobs=1", "--cores=1"});
  const auto job_of = [](ServiceStubs& stubs, const std::string& id, const std::string& dataset) {
    v1::CreateTrainingJobRequest request = TableJob(stubs, id, dataset);
    request.mutable_training_job()->mutable_spec()->set_epochs(100'000);
    v1::TrainingJob job;
    return Create(stubs, request, &job);
  };
  const std::unique_ptr<ServiceStubs> acme = As("trainer-of-acme");
  const std::unique_ptr<ServiceStubs> beta = As("trainer-of-beta");
  v1::Dataset dataset;
  ASSERT_TRUE(ServiceStubs::Ok(Create(*acme, Table("a"), &dataset)));
  ASSERT_TRUE(ServiceStubs::Ok(Create(*beta, Table("b"), &dataset)));
  ASSERT_TRUE(ServiceStubs::Ok(job_of(*acme, "runs", "a")));
  acme->ReadUntilEpoch("trainingJobs/runs", 1);
  ASSERT_TRUE(ServiceStubs::Ok(job_of(*acme, "waits", "a")));
  const grpc::Status full = job_of(*acme, "too-many", "a");
  EXPECT_EQ(full.error_code(), Code::RESOURCE_EXHAUSTED);
  EXPECT_EQ(RefusalOf(full).info.reason(), "TENANT_QUEUE_FULL");
  EXPECT_GT(RefusalOf(full).retry.retry_delay().seconds(), 0);
  EXPECT_THAT(full.error_message(), HasSubstr("--max_tenant_queued_jobs"));
  EXPECT_TRUE(ServiceStubs::Ok(job_of(*beta, "of-beta", "b")));
}

TEST_F(Tenants, OneThatCallsTooOftenHearsSoAndTheOtherDoesNot) {
  Start({"--max_tenant_calls_per_second=20"});
  const std::unique_ptr<ServiceStubs> acme = As("reader-of-acme");
  const std::unique_ptr<ServiceStubs> beta = As("reader-of-beta");
  int refused = 0;
  for (int i = 0; i < 200; ++i) {
    v1::ListModelsResponse models;
    const grpc::Status status = acme->models().ListModels(acme->NewContext(), {}, &models);
    if (status.ok()) continue;
    ++refused;
    EXPECT_EQ(status.error_code(), Code::RESOURCE_EXHAUSTED);
    const Refusal refusal = RefusalOf(status);
    EXPECT_EQ(refusal.info.reason(), "TENANT_RATE");
    EXPECT_GT(refusal.retry.retry_delay().nanos() + refusal.retry.retry_delay().seconds(), 0);
  }
  EXPECT_GT(refused, 0);
  EXPECT_LT(refused, 181);
  EXPECT_EQ(Metric("traind_calls_denied_total{reason=\"TENANT_RATE\"}"), refused);
  v1::ListModelsResponse models;
  EXPECT_TRUE(ServiceStubs::Ok(beta->models().ListModels(beta->NewContext(), {}, &models)));
}

}  // namespace
}  // namespace traind
