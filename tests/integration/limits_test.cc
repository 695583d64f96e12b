// Each limit that is an option: what is over it is refused, and the refusal says what is allowed and by which flag.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/integration/service_stubs.h"
#include "tests/integration/traind_process.h"

namespace traind {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

using Code = grpc::StatusCode;

class Limits : public ::testing::Test {
 protected:
  void Start(const std::vector<std::string>& flags) {
    traind_ = std::make_unique<TraindProcess>(folder_.path(), flags);
    stubs_ = std::make_unique<ServiceStubs>(traind_->Connect());
  }
  grpc::Status CreateJob(const v1::CreateTrainingJobRequest& request) {
    v1::TrainingJob job;
    return stubs_->training().CreateTrainingJob(stubs_->NewContext(), request, &job);
  }
  // A dataset of `rows` rows of one float32 feature and an int32 class: 8 bytes each.
  grpc::Status CreateTensors(const std::string& id, int64_t rows, const std::string& tenant = "") {
    v1::CreateDatasetRequest request;
    request.set_dataset_id(id);
    request.set_tenant(tenant);
    v1::Tensors& tensors = *request.mutable_format()->mutable_tensors();
    tensors.set_row_count(rows);
    tensors.set_feature_count(1);
    tensors.set_class_count(2);
    request.set_data(std::string(static_cast<size_t>(8 * rows), '\0'));
    v1::Dataset dataset;
    const grpc::Status status = stubs_->datasets().CreateDataset(stubs_->NewContext(), request, &dataset);
    if (status.ok()) {
      EXPECT_EQ(dataset.tenant(), tenant.empty() ? "default" : tenant);
    }
    return status;
  }
  grpc::Status CreateUpload(const std::string& id, int64_t bytes, const std::string& tenant = "",
                            v1::Upload* upload = nullptr) {
    v1::CreateUploadRequest request;
    request.set_dataset_id(id);
    request.set_tenant(tenant);
    request.set_size_bytes(bytes);
    request.mutable_format()->mutable_csv()->set_label_column("y");
    v1::Upload ignored;
    return stubs_->datasets().CreateUpload(stubs_->NewContext(), request, upload == nullptr ? &ignored : upload);
  }
  static void ExpectRefusal(const grpc::Status& status, const std::string& reason, const std::string& message) {
    EXPECT_EQ(status.error_code(), Code::RESOURCE_EXHAUSTED) << status.error_message();
    const Refusal refusal = RefusalOf(status);
    EXPECT_EQ(refusal.info.reason(), reason);
    EXPECT_GT(refusal.retry.retry_delay().seconds(), 0);
    EXPECT_THAT(status.error_message(), HasSubstr(message));
  }

  TemporaryFolder folder_;
  std::unique_ptr<TraindProcess> traind_;
  std::unique_ptr<ServiceStubs> stubs_;
};

TEST_F(Limits, OfWhatAJobMayAskFor) {
  Start({"--max_epochs=19", "--max_layers=7", "--max_parameters=1000"});
  stubs_->CreateDigits();
  // 20 epochs, 8 layers, 17,354 parameters.
  const grpc::Status status = CreateJob(stubs_->DigitsJob("j"));
  EXPECT_EQ(status.error_code(), Code::INVALID_ARGUMENT);
  const Refusal refusal = RefusalOf(status);
  EXPECT_THAT(refusal.fields(), ::testing::ElementsAre("spec.epochs", "spec.model.layers", "spec.model.layers"));
  for (const char* flag : {"--max_epochs", "--max_layers", "--max_parameters", "17"}) {
    EXPECT_THAT(status.error_message(), HasSubstr(flag));
  }
}

TEST_F(Limits, AtTheLimitAJobIsTaken) {
  Start({"--max_epochs=20", "--max_layers=8", "--max_parameters=18048"});
  stubs_->CreateDigits();
  EXPECT_TRUE(ServiceStubs::Ok(CreateJob(stubs_->DigitsJob("j"))));
}

TEST_F(Limits, OfAMessage) {
  Start({"--max_message_bytes=2097152"});
  EXPECT_EQ(CreateTensors("d", 300'000).error_code(), Code::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(ServiceStubs::Ok(CreateTensors("d", 250'000)));
}

TEST_F(Limits, OfWhatATenantStores) {
  Start({"--max_tenant_bytes=1000"});
  ASSERT_TRUE(ServiceStubs::Ok(CreateTensors("a", 100)));
  ExpectRefusal(CreateTensors("b", 26), "TENANT_QUOTA", "stores 800 bytes and may store 1000");
  ExpectRefusal(CreateUpload("b", 201), "TENANT_QUOTA", "--max_tenant_bytes");
  ASSERT_TRUE(ServiceStubs::Ok(CreateUpload("b", 150)));
  // What is announced counts.
  ExpectRefusal(CreateTensors("c", 7), "TENANT_QUOTA", "stores 950");
  EXPECT_TRUE(ServiceStubs::Ok(CreateTensors("c", 6)));
  // Every other tenant has room of its own.
  EXPECT_TRUE(ServiceStubs::Ok(CreateTensors("d", 125, "acme")));
  ExpectRefusal(CreateTensors("e", 1, "acme"), "TENANT_QUOTA", "tenant acme");
  v1::DeleteDatasetRequest remove;
  remove.set_name("datasets/d");
  google::protobuf::Empty empty;
  ASSERT_TRUE(ServiceStubs::Ok(stubs_->datasets().DeleteDataset(stubs_->NewContext(), remove, &empty)));
  EXPECT_TRUE(ServiceStubs::Ok(CreateTensors("e", 1, "acme")));
}

// Its own announcement is no reason against it, but text may hold more numbers than it has bytes.
TEST_F(Limits, OfATenantAtTheCommit) {
  Start({"--max_tenant_bytes=30"});
  const std::string csv = "x,y\n1,0\n2,1\n3,0\n4,1\n";  // 20 bytes, stored as 32
  v1::Upload upload;
  ASSERT_TRUE(ServiceStubs::Ok(CreateUpload("d", static_cast<int64_t>(csv.size()), "", &upload)));
  auto writer = stubs_->datasets().WriteUpload(stubs_->NewContext(), &upload);
  v1::WriteUploadRequest chunk;
  chunk.set_name(upload.name());
  chunk.set_data(csv);
  ASSERT_TRUE(writer->Write(chunk));
  writer->WritesDone();
  ASSERT_TRUE(ServiceStubs::Ok(writer->Finish()));
  v1::CommitUploadRequest commit;
  commit.set_name(upload.name());
  commit.set_sha256(std::string(64, '0'));
  v1::Dataset dataset;
  grpc::Status status = stubs_->datasets().CommitUpload(stubs_->NewContext(), commit, &dataset);
  // The server says what the bytes really have.
  ASSERT_EQ(status.error_code(), Code::INVALID_ARGUMENT);
  const size_t at = status.error_message().find("have ") + 5;
  commit.set_sha256(status.error_message().substr(at, 64));
  status = stubs_->datasets().CommitUpload(stubs_->NewContext(), commit, &dataset);
  ExpectRefusal(status, "TENANT_QUOTA", "stores 0 bytes and may store 30");
}

TEST_F(Limits, OfUploadsUnderWay) {
  Start({"--max_uploads=2"});
  v1::Upload first;
  ASSERT_TRUE(ServiceStubs::Ok(CreateUpload("a", 10, "", &first)));
  ASSERT_TRUE(ServiceStubs::Ok(CreateUpload("b", 10)));
  ExpectRefusal(CreateUpload("c", 10), "TOO_MANY_UPLOADS", "2 uploads are open");
  v1::DeleteUploadRequest remove;
  remove.set_name(first.name());
  google::protobuf::Empty empty;
  ASSERT_TRUE(ServiceStubs::Ok(stubs_->datasets().DeleteUpload(stubs_->NewContext(), remove, &empty)));
  EXPECT_TRUE(ServiceStubs::Ok(CreateUpload("c", 10)));
}

TEST_F(Limits, OfTheDisk) {
  Start({"--min_free_disk_mb=4000000000"});
  ExpectRefusal(CreateTensors("a", 1), "DISK_FULL", "--min_free_disk_mb");
  ExpectRefusal(CreateUpload("a", 10), "DISK_FULL", "MiB free");
}

TEST_F(Limits, AreCheckedWhenTheServerStarts) {
  const CommandResult result = RunCommand(
      absl::StrCat(TRAIND_BINARY_DIR, "/traind"),
      {absl::StrCat("--data_dir=", folder_.path()), "--max_epochs=0", "--max_layers=1001", "--max_message_bytes=1",
       "--max_connections=0", "--max_tenant_bytes=0", "--min_free_disk_mb=-1", "--max_uploads=0", "--max_streams=0"});
  EXPECT_EQ(result.exit_code, 1);
  for (const char* flag : {"--max_epochs", "--max_layers", "--max_message_bytes", "--max_connections",
                           "--max_tenant_bytes", "--min_free_disk_mb", "--max_uploads", "--max_streams"}) {
    EXPECT_THAT(result.err, HasSubstr(flag));
  }
}

}  // namespace
}  // namespace traind
