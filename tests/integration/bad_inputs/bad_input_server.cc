#include "tests/integration/bad_inputs/bad_input_server.h"

#include <chrono>
#include <filesystem>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "server/storage/upload_store.h"

namespace traind {
namespace {

constexpr int kForHours = 50'000;  // epochs

void WaitAMoment() { std::this_thread::sleep_for(std::chrono::milliseconds(10)); }

template <typename Message>
Message* Or(Message* message, Message& ignored) {
  return message != nullptr ? message : &ignored;
}

}  // namespace

BadInputServer::BadInputServer(std::vector<std::string> flags, const std::string& parent)
    : flags_(std::move(flags)), folder_(parent) {
  Start();
  Fill();
}

void BadInputServer::Start() {
  traind_ = std::make_unique<TraindProcess>(folder_.path(), flags_);
  stubs_ = std::make_unique<ServiceStubs>(traind_->Connect());
  absl::StatusOr<std::unique_ptr<Database>> database = Database::Open(data_dir() + "/traind.db");
  ASSERT_TRUE(database.ok()) << database.status();
  database_ = *std::move(database);
}

void BadInputServer::Stop() {
  // A connection that nobody looks at would keep it waiting.
  stubs_ = nullptr;
  database_ = nullptr;
  EXPECT_EQ(traind_->Terminate(), 0);
}

void BadInputServer::Fill() {
  stubs_->CreateDigits();
  v1::CreateDatasetRequest numbers = DatasetOf("x,label\n1,0.5\n2,0.7\n3,0.9\n4,1.5\n");
  numbers.set_dataset_id("numbers");
  numbers.set_request_id("first-dataset");
  numbers.mutable_format()->set_task(v1::Dataset::REGRESSION);
  ASSERT_TRUE(ServiceStubs::Ok(Create(numbers)));

  v1::CreateTrainingJobRequest ended = stubs_->DigitsJob("ended");
  ended.set_request_id("first-job");
  ended.mutable_training_job()->mutable_spec()->set_epochs(1);
  ASSERT_TRUE(ServiceStubs::Ok(Create(ended)));
  ASSERT_EQ(stubs_->WaitForEnd("trainingJobs/ended").state(), v1::TrainingJob::SUCCEEDED);
  StorePausedJob();

  v1::CreateUploadRequest upload = UploadOf(kCsvBytes, "streamed");
  upload.set_request_id("first-upload");
  v1::Upload created;
  ASSERT_TRUE(ServiceStubs::Ok(Create(upload, &created)));
  upload_ = created.name();
  ASSERT_TRUE(ServiceStubs::Ok(Write({ChunkOf(upload_, 0, std::string(kCsv, kSentBytes))})));
}

void BadInputServer::StorePausedJob() {
  v1::CreateTrainingJobRequest job = stubs_->DigitsJob("paused");
  job.mutable_training_job()->mutable_spec()->set_epochs(kForHours);
  ASSERT_TRUE(ServiceStubs::Ok(Create(job)));
  v1::PauseTrainingJobRequest pause;
  pause.set_name("trainingJobs/paused");
  v1::TrainingJob pausing;
  ASSERT_TRUE(ServiceStubs::Ok(stubs_->training().PauseTrainingJob(stubs_->NewContext(), pause, &pausing)));
  while (stubs_->GetJob("trainingJobs/paused").state() == v1::TrainingJob::PAUSING) WaitAMoment();
}

void BadInputServer::Restart(const std::function<void()>& meanwhile) {
  Stop();
  meanwhile();
  Start();
}

std::set<std::string> BadInputServer::Stored() {
  std::set<std::string> stored;
  v1::ListDatasetsResponse datasets;
  v1::ListTrainingJobsResponse jobs;
  v1::ListModelsResponse models;
  EXPECT_TRUE(ServiceStubs::Ok(stubs_->datasets().ListDatasets(stubs_->NewContext(), {}, &datasets)));
  EXPECT_TRUE(ServiceStubs::Ok(stubs_->training().ListTrainingJobs(stubs_->NewContext(), {}, &jobs)));
  EXPECT_TRUE(ServiceStubs::Ok(stubs_->models().ListModels(stubs_->NewContext(), {}, &models)));
  for (const v1::Dataset& dataset : datasets.datasets()) stored.insert(dataset.name());
  for (const v1::TrainingJob& job : jobs.training_jobs()) stored.insert(job.name());
  for (const v1::Model& model : models.models()) stored.insert(model.name());
  // Uploads cannot be listed; some day all of them will have expired.
  const auto uploads = UploadStore::Make(*database_)->ListExpired(absl::InfiniteFuture());
  EXPECT_TRUE(uploads.ok()) << uploads.status();
  for (const std::string& id : uploads.value_or(std::vector<std::string>())) stored.insert("uploads/" + id);
  for (const std::string part : {"/blobs", "/uploads"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(data_dir() + part)) {
      std::error_code gone;
      if (!entry.is_directory(gone)) stored.insert("file " + entry.path().string().substr(data_dir().size()));
    }
  }
  return stored;
}

void BadInputServer::EndWell() {
  v1::ListTrainingJobsResponse jobs;
  ASSERT_TRUE(ServiceStubs::Ok(stubs_->training().ListTrainingJobs(stubs_->NewContext(), {}, &jobs)));
  for (const v1::TrainingJob& job : jobs.training_jobs()) Cancel(job.name());
  for (const v1::TrainingJob& job : jobs.training_jobs()) stubs_->WaitForEnd(job.name());
  v1::CreateDatasetRequest good = DatasetOf(kCsv);
  good.set_dataset_id("good");
  ASSERT_TRUE(ServiceStubs::Ok(Create(good)));
  v1::CreateTrainingJobRequest request = stubs_->DigitsJob("good");
  request.mutable_training_job()->set_dataset("datasets/good");
  v1::TrainingSpec& spec = *request.mutable_training_job()->mutable_spec();
  spec.clear_validation_split();
  spec.mutable_model()->mutable_layers(6)->mutable_dense()->set_units(2);
  ASSERT_TRUE(ServiceStubs::Ok(Create(request)));
  const v1::TrainingJob job = stubs_->WaitForEnd("trainingJobs/good");
  EXPECT_EQ(job.state(), v1::TrainingJob::SUCCEEDED) << job.error().message();
  Stop();
}

grpc::Status BadInputServer::Create(const v1::CreateDatasetRequest& request, v1::Dataset* dataset) {
  v1::Dataset ignored;
  return stubs_->datasets().CreateDataset(stubs_->NewContext(), request, Or(dataset, ignored));
}

grpc::Status BadInputServer::Create(const v1::CreateTrainingJobRequest& request, v1::TrainingJob* job) {
  v1::TrainingJob ignored;
  return stubs_->training().CreateTrainingJob(stubs_->NewContext(), request, Or(job, ignored));
}

grpc::Status BadInputServer::Create(const v1::CreateUploadRequest& request, v1::Upload* upload) {
  v1::Upload ignored;
  return stubs_->datasets().CreateUpload(stubs_->NewContext(), request, Or(upload, ignored));
}

grpc::Status BadInputServer::Submit(v1::CreateTrainingJobRequest request) {
  request.set_validate_only(true);
  const grpc::Status validated = Create(request);
  request.set_validate_only(false);
  grpc::Status status = Create(request);
  EXPECT_EQ(validated.error_code(), status.error_code());
  EXPECT_EQ(validated.error_message(), status.error_message());
  return status;
}

grpc::Status BadInputServer::Watch(const std::string& job, int64_t after_sequence) {
  v1::WatchTrainingJobRequest request;
  request.set_name(job);
  request.set_after_sequence(after_sequence);
  auto reader = stubs_->training().WatchTrainingJob(stubs_->NewContext(), request);
  for (v1::TrainingEvent event; reader->Read(&event);) {
  }
  return reader->Finish();
}

grpc::Status BadInputServer::Predict(const v1::PredictRequest& request) {
  v1::PredictResponse ignored;
  return stubs_->models().Predict(stubs_->NewContext(), request, &ignored);
}

grpc::Status BadInputServer::Write(const std::vector<v1::WriteUploadRequest>& chunks) {
  v1::Upload ignored;
  auto writer = stubs_->datasets().WriteUpload(stubs_->NewContext(), &ignored);
  for (const v1::WriteUploadRequest& chunk : chunks) {
    if (!writer->Write(chunk)) break;
  }
  writer->WritesDone();
  return writer->Finish();
}

grpc::Status BadInputServer::Commit(const std::string& upload, const std::string& sha256, int64_t rows) {
  v1::CommitUploadRequest request;
  request.set_name(upload);
  request.set_sha256(sha256);
  request.set_row_count(rows);
  v1::Dataset ignored;
  return stubs_->datasets().CommitUpload(stubs_->NewContext(), request, &ignored);
}

std::string BadInputServer::Announce(const std::string& dataset_id) {
  v1::Upload upload;
  EXPECT_TRUE(ServiceStubs::Ok(Create(UploadOf(kCsvBytes, dataset_id), &upload)));
  return upload.name();
}

int64_t BadInputServer::Committed(const std::string& upload) {
  v1::GetUploadRequest request;
  request.set_name(upload);
  v1::Upload found;
  const grpc::Status status = stubs_->datasets().GetUpload(stubs_->NewContext(), request, &found);
  return status.ok() ? found.committed_bytes() : -1;
}

void BadInputServer::ExpectCommitted(const std::string& upload, int64_t bytes) {
  for (int i = 0; i < 500 && Committed(upload) != bytes; ++i) WaitAMoment();
  EXPECT_EQ(Committed(upload), bytes);
}

void BadInputServer::StartLongJob(const std::string& id) {
  v1::CreateTrainingJobRequest request = stubs_->DigitsJob(id);
  request.mutable_training_job()->mutable_spec()->set_epochs(kForHours);
  EXPECT_TRUE(ServiceStubs::Ok(Create(request)));
  stubs_->ReadUntilEpoch("trainingJobs/" + id, 1);
}

v1::TrainingJob BadInputServer::Cancel(const std::string& job) {
  v1::CancelTrainingJobRequest request;
  request.set_name(job);
  v1::TrainingJob cancelled;
  EXPECT_TRUE(ServiceStubs::Ok(stubs_->training().CancelTrainingJob(stubs_->NewContext(), request, &cancelled)));
  return cancelled;
}

void BadInputServer::DeleteUpload(const std::string& name) {
  v1::DeleteUploadRequest request;
  request.set_name(name);
  google::protobuf::Empty empty;
  EXPECT_TRUE(ServiceStubs::Ok(stubs_->datasets().DeleteUpload(stubs_->NewContext(), request, &empty)));
}

void BadInputServer::DeleteDataset(const std::string& name) {
  v1::DeleteDatasetRequest request;
  request.set_name(name);
  google::protobuf::Empty empty;
  EXPECT_TRUE(ServiceStubs::Ok(stubs_->datasets().DeleteDataset(stubs_->NewContext(), request, &empty)));
}

void BadInputServer::DeleteJob(const std::string& name) {
  google::protobuf::Empty empty;
  if (stubs_->GetJob(name).state() == v1::TrainingJob::SUCCEEDED) {
    v1::DeleteModelRequest model;
    model.set_name(absl::StrReplaceAll(name, {{"trainingJobs/", "models/"}}));
    EXPECT_TRUE(ServiceStubs::Ok(stubs_->models().DeleteModel(stubs_->NewContext(), model, &empty)));
  }
  v1::DeleteTrainingJobRequest request;
  request.set_name(name);
  EXPECT_TRUE(ServiceStubs::Ok(stubs_->training().DeleteTrainingJob(stubs_->NewContext(), request, &empty)));
}

v1::CreateDatasetRequest DatasetOf(const std::string& csv) {
  v1::CreateDatasetRequest request;
  request.set_dataset_id("bad");
  request.mutable_format()->mutable_csv()->set_label_column("label");
  request.set_data(csv);
  return request;
}

v1::CreateDatasetRequest Zeros(int64_t bytes) {
  v1::CreateDatasetRequest request = DatasetOf(std::string(bytes, '\0'));
  v1::Tensors& tensors = *request.mutable_format()->mutable_tensors();
  tensors.set_row_count(bytes / 8);
  tensors.set_feature_count(1);
  tensors.set_class_count(2);
  return request;
}

v1::CreateUploadRequest UploadOf(int64_t bytes, const std::string& dataset_id) {
  v1::CreateUploadRequest request;
  request.set_dataset_id(dataset_id);
  request.mutable_format()->mutable_csv()->set_label_column("label");
  request.set_size_bytes(bytes);
  return request;
}

v1::WriteUploadRequest ChunkOf(const std::string& upload, int64_t offset, const std::string& data) {
  v1::WriteUploadRequest chunk;
  chunk.set_name(upload);
  chunk.set_offset(offset);
  chunk.set_data(data);
  return chunk;
}

}  // namespace traind
