// All of storage in a temporary folder, with shorthands for what tests put there.
#ifndef TRAIND_TESTS_SERVER_STORAGE_STORAGE_FIXTURE_H_
#define TRAIND_TESTS_SERVER_STORAGE_STORAGE_FIXTURE_H_

#include <soci/soci.h>

#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "server/storage/blob_store.h"
#include "server/storage/checkpoint_store.h"
#include "server/storage/database.h"
#include "server/storage/dataset_store.h"
#include "server/storage/job_store.h"
#include "server/storage/model_store.h"
#include "tests/server/storage/faulty_file_system.h"
#include "tests/server/storage/temp_directory.h"

namespace traind {

inline absl::Time At(int64_t seconds) { return absl::FromUnixSeconds(1'700'000'000 + seconds); }

class StorageFixture : public testing::Test {
 protected:
  void SetUp() override { Open(); }

  void Open() {
    absl::StatusOr<std::unique_ptr<Database>> database = Database::Open(directory_.path() + "/traind.db");
    ASSERT_TRUE(database.ok()) << database.status();
    database_ = *std::move(database);
    absl::StatusOr<std::unique_ptr<BlobStore>> blobs = BlobStore::Open(files_, directory_.path() + "/blobs");
    ASSERT_TRUE(blobs.ok()) << blobs.status();
    blobs_ = *std::move(blobs);
    absl::StatusOr<std::unique_ptr<CheckpointStore>> checkpoints =
        CheckpointStore::Open(files_, directory_.path() + "/checkpoints");
    ASSERT_TRUE(checkpoints.ok()) << checkpoints.status();
    checkpoints_ = *std::move(checkpoints);
    datasets_ = DatasetStore::Make(*database_, *blobs_);
    jobs_ = JobStore::Make(*database_);
    models_ = ModelStore::Make(*database_, *blobs_);
  }

  // As a server that ends and starts again.
  void Reopen() {
    models_.reset();
    jobs_.reset();
    datasets_.reset();
    checkpoints_.reset();
    blobs_.reset();
    database_.reset();
    Open();
  }

  std::unique_ptr<BlobWriter> Writer(const std::string& bytes) {
    absl::StatusOr<std::unique_ptr<BlobWriter>> writer = blobs_->Create();
    EXPECT_TRUE(writer.ok()) << writer.status();
    EXPECT_TRUE((*writer)->Append(bytes).ok());
    return *std::move(writer);
  }

  static DatasetRecord Digits(const std::string& id) {
    return {.id = id,
            .task = Task::kClassification,
            .rows = 3,
            .features = 2,
            .feature_names = {"x", "y \"quoted\" \xc3\xa9"},
            .label_column = "label",
            .class_names = {"a", "b"},
            .target_names = {"t", "u"},
            .feature_part = {},
            .label_part = {},
            .sha256 = std::string(64, 'd'),
            .create_time = At(1),
            .request = {}};
  }

  absl::StatusOr<DatasetRecord> PublishDataset(const std::string& id, const std::string& features = "features",
                                               const std::string& labels = "labels") {
    return Publish(Digits(id), {features, labels});
  }

  // Each part is a blob of its own.
  absl::StatusOr<DatasetRecord> Publish(DatasetRecord record, const std::vector<std::string>& parts) {
    std::vector<std::unique_ptr<BlobWriter>> writers;
    for (const std::string& bytes : parts) {
      writers.push_back(Writer(bytes));
      const DatasetPart part = {.sha256 = *writers.back()->Seal(), .size = static_cast<int64_t>(bytes.size())};
      if (writers.size() == 1) record.feature_part = part;
      if (writers.size() == 2) record.label_part = part;
      if (writers.size() == 3) record.weight_part = part;
    }
    if (record.task == Task::kClassification) record.label_part.type = engine::ElementType::kInt32;
    return datasets_->Publish(std::move(record), std::move(writers));
  }

  static JobRecord Job(const std::string& id, const std::string& dataset = "digits") {
    JobRecord job;
    job.id = id;
    job.dataset_id = dataset;
    job.spec_json = R"({"epochs": 20})";
    job.progress.epochs = 20;
    job.progress.steps = 900;
    job.create_time = At(10);
    return job;
  }

  // Inserts and claims.
  JobClaim RunningJob(const std::string& id) {
    EXPECT_TRUE(jobs_->Insert(Job(id), 100).ok());
    absl::StatusOr<std::optional<JobRecord>> job = jobs_->Claim("me", At(20), At(50));
    EXPECT_TRUE(job.ok() && job->has_value() && (*job)->id == id) << job.status();
    return {id, 1};
  }

  static ModelRecord Model(const std::string& id, const BlobInfo& weights) {
    ModelRecord model;
    model.id = id;
    model.job_id = id;
    model.dataset_id = "digits";
    model.dataset_sha256 = std::string(64, 'd');
    model.validation_dataset_id = "more-digits";
    model.validation_dataset_sha256 = std::string(64, 'e');
    model.spec_json = R"({"epochs": 20})";
    model.task = Task::kRegression;
    model.feature_names = {"x", "y"};
    model.class_names = {"a", "b"};
    model.target_names = {"t", "u"};
    model.metrics = {{"loss", 0.1}, {"accuracy", 1.0 / 3}};
    model.metric_tables = {{"confusion_matrix", {{3, 0, 1, 2}, 2}}};
    model.weights = weights;
    model.parameters = 12345678901;
    model.threads = 2;
    model.precision = Precision::kBf16Mixed;
    model.onednn_version = "2.6.3";
    model.create_time = At(40);
    return model;
  }

  static JobEnd Success(const std::string& id, const BlobInfo& weights) {
    JobEnd end;
    end.state = JobState::kSucceeded;
    end.progress = {.epoch = 20, .epochs = 20, .step = 900, .steps = 900, .samples_per_second = 1e6, .metrics = {}};
    end.result = JobResult{.model_id = id,
                           .metrics = {{"loss", 0.1}},
                           .train_seconds = 0.5,
                           .samples_per_second = 1e6,
                           .weights_sha256 = weights.sha256,
                           .threads = 2};
    end.model = Model(id, weights);
    return end;
  }

  // The states that the log tells of, after checking that its sequences are 1, 2, 3, ... up to the job's last.
  std::vector<JobState> StatesInLog(const std::string& id) {
    std::vector<JobState> states;
    absl::StatusOr<std::vector<JobEvent>> log = jobs_->ReadLog(id, 0, 1000);
    EXPECT_TRUE(log.ok()) << log.status();
    if (!log.ok()) return states;
    int64_t sequence = 0;
    for (const JobEvent& event : *log) {
      EXPECT_EQ(event.sequence, ++sequence);
      if (const auto* changed = std::get_if<StateChanged>(&event.kind)) states.push_back(changed->state);
    }
    EXPECT_EQ(jobs_->Get(id)->last_sequence, sequence);
    return states;
  }

  // A full database takes no page more than it has, as on a full disk.
  void SetDatabaseFull(bool full) {
    ASSERT_TRUE(database_
                    ->Write([full](soci::session& sql) {
                      sql << (full ? "PRAGMA max_page_count = 1" : "PRAGMA max_page_count = 1000000000");
                      return absl::OkStatus();
                    })
                    .ok());
  }

  // Files under blobs/, as paths below it.
  std::vector<std::string> BlobFiles() {
    std::vector<std::string> files;
    const std::filesystem::path root = directory_.path() + "/blobs";
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      if (entry.is_regular_file()) files.push_back(entry.path().lexically_relative(root).string());
    }
    return files;
  }

  TempDirectory directory_;
  FaultyFileSystem files_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<BlobStore> blobs_;
  std::unique_ptr<CheckpointStore> checkpoints_;
  std::unique_ptr<DatasetStore> datasets_;
  std::unique_ptr<JobStore> jobs_;
  std::unique_ptr<ModelStore> models_;
};

}  // namespace traind

#endif  // TRAIND_TESTS_SERVER_STORAGE_STORAGE_FIXTURE_H_
