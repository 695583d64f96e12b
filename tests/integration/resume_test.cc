// Jobs that are killed, stopped or paused end as if nothing had happened.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/storage/database.h"
#include "tests/integration/service_stubs.h"
#include "tests/integration/traind_process.h"

namespace traind {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using State = v1::TrainingJob;

constexpr int kEpochs = 600;
constexpr char kJob[] = "trainingJobs/interrupted";

class ResumeTest : public ::testing::Test {
 protected:
  void Start() {
    traind_.emplace(folder_.path(), std::vector<std::string>{"--cores=1", "--max_attempts=1000"});
    stubs_.emplace(traind_->Connect());
  }

  // Draws from everything that a checkpoint must remember.
  v1::CreateTrainingJobRequest Request(const std::string& id, int epochs = kEpochs) {
    v1::CreateTrainingJobRequest request = stubs_->DigitsJob(id);
    v1::TrainingSpec& spec = *request.mutable_training_job()->mutable_spec();
    spec.set_epochs(epochs);
    spec.mutable_optimizer()->set_ema_momentum(0.9);
    spec.add_metrics(v1::TrainingSpec::ROC_AUC);
    spec.mutable_model()->mutable_layers(2)->set_name("relu_of_the_first");
    spec.mutable_checkpoint()->set_every_seconds(0.05);
    request.set_request_id(absl::StrCat("request-of-", id));
    return request;
  }

  v1::TrainingJob Create(const v1::CreateTrainingJobRequest& request) {
    v1::TrainingJob job;
    EXPECT_TRUE(stubs_->Ok(stubs_->training().CreateTrainingJob(stubs_->NewContext(), request, &job)));
    return job;
  }

  // The hash of a job that nothing interrupts.
  std::string HashAlone(int epochs = kEpochs) {
    Start();
    stubs_->CreateDigits();
    Create(Request("alone", epochs));
    const v1::TrainingJob job = stubs_->WaitForEnd("trainingJobs/alone");
    EXPECT_EQ(job.state(), State::SUCCEEDED);
    return job.result().weights_sha256();
  }

  // Reads on until the stream ends; a stream that breaks is no failure.
  void WatchOn() {
    v1::WatchTrainingJobRequest request;
    request.set_name(kJob);
    request.set_after_sequence(static_cast<int64_t>(seen_.size()));
    auto reader = stubs_->training().WatchTrainingJob(stubs_->NewContext(), request);
    for (v1::TrainingEvent event; reader->Read(&event);) {
      if (!event.has_heartbeat()) seen_.push_back(event);
    }
    reader->Finish();
  }

  // Every event once and in order, every epoch once, and progress that only grows.
  void CheckSeen(int epochs = kEpochs) {
    int epoch = 0;
    int64_t step = 0;
    for (size_t i = 0; i < seen_.size(); ++i) {
      ASSERT_EQ(seen_[i].sequence(), static_cast<int64_t>(i + 1));
      if (seen_[i].has_progressed()) {
        EXPECT_GT(seen_[i].progressed().progress().step(), step);
        step = seen_[i].progressed().progress().step();
      }
      if (!seen_[i].has_epoch_ended()) continue;
      EXPECT_EQ(seen_[i].epoch_ended().epoch(), ++epoch);
      EXPECT_GE(seen_[i].epoch_ended().progress().step(), step);
      step = seen_[i].epoch_ended().progress().step();
    }
    EXPECT_EQ(epoch, epochs);
    EXPECT_EQ(seen_.back().state_changed().state(), State::SUCCEEDED);
  }

  // Names of the checkpoints, the newest first.
  std::vector<std::string> Checkpoints() {
    std::vector<std::pair<std::vector<int64_t>, std::string>> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path() + "/checkpoints")) {
      const std::string name = entry.path().filename().string();
      if (name.ends_with(".tmp")) continue;
      std::vector<int64_t> numbers;
      for (const std::string& part : std::vector<std::string>(absl::StrSplit(name, '-'))) {
        numbers.push_back(std::stoll(part));
      }
      found.emplace_back(numbers, entry.path().string());
    }
    std::sort(found.rbegin(), found.rend());
    std::vector<std::string> names;
    for (const auto& [numbers, name] : found) names.push_back(name);
    return names;
  }

  static void Damage(const std::string& path) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(0, std::ios::end);
    const auto middle = static_cast<int64_t>(file.tellg()) / 2;
    file.seekg(middle);
    const char byte = static_cast<char>(file.get() ^ 1);
    file.seekp(middle).put(byte);
  }

  void Pause() {
    v1::PauseTrainingJobRequest request;
    request.set_name(kJob);
    v1::TrainingJob job;
    ASSERT_TRUE(stubs_->Ok(stubs_->training().PauseTrainingJob(stubs_->NewContext(), request, &job)));
    EXPECT_EQ(job.state(), State::PAUSING);
    while (stubs_->GetJob(kJob).state() == State::PAUSING) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    EXPECT_EQ(stubs_->GetJob(kJob).state(), State::PAUSED);
  }

  void Resume() {
    v1::ResumeTrainingJobRequest request;
    request.set_name(kJob);
    v1::TrainingJob job;
    ASSERT_TRUE(stubs_->Ok(stubs_->training().ResumeTrainingJob(stubs_->NewContext(), request, &job)));
    EXPECT_EQ(job.state(), State::QUEUED);
  }

  // Two of them lie there then, and the database knows both, since the job does not run.
  void KillAfterCheckpoints() {
    Create(Request("interrupted"));
    while (Checkpoints().size() < 2) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    Pause();
    traind_->Kill();
    ASSERT_EQ(Checkpoints().size(), 2u);
  }

  TemporaryFolder folder_;
  std::optional<TraindProcess> traind_;
  std::optional<ServiceStubs> stubs_;
  std::vector<v1::TrainingEvent> seen_;
};

TEST_F(ResumeTest, Kill9AtRandomMomentsChangesNothing) {
  const std::string expected = HashAlone();
  std::mt19937 random(20'26);
  const v1::CreateTrainingJobRequest request = Request("interrupted");
  Create(request);
  int kills = 0;
  for (; kills < 10; ++kills) {
    std::thread killer([&, pause = 20 + random() % 400] {
      std::this_thread::sleep_for(std::chrono::milliseconds(pause));
      traind_->Kill();
    });
    WatchOn();
    killer.join();
    Start();
    // The same request is the same job, however often the server was killed.
    EXPECT_EQ(Create(request).name(), kJob);
    if (stubs_->GetJob(kJob).has_result()) break;
  }
  WatchOn();
  const v1::TrainingJob job = stubs_->GetJob(kJob);
  EXPECT_EQ(job.state(), State::SUCCEEDED) << job.error().message();
  EXPECT_EQ(job.result().weights_sha256(), expected);
  EXPECT_GE(job.attempt(), 5) << "the job is too short for this test";
  CheckSeen();
  EXPECT_THAT(Checkpoints(), SizeIs(0));
}

TEST_F(ResumeTest, SigtermSavesTheJobs) {
  const std::string expected = HashAlone();
  v1::CreateTrainingJobRequest request = Request("interrupted");
  request.mutable_training_job()->mutable_spec()->clear_checkpoint();  // every 30 seconds
  Create(request);
  stubs_->ReadUntilEpoch(kJob, 20);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(traind_->Terminate(), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
  EXPECT_THAT(Checkpoints(), SizeIs(1));
  Start();
  WatchOn();
  EXPECT_EQ(stubs_->GetJob(kJob).result().weights_sha256(), expected);
  EXPECT_THAT(traind_->HttpGet("/metrics"), HasSubstr("traind_jobs_resumed_total 1"));
  CheckSeen();
}

// As when the disk does not answer: then the state cannot be saved, and the server ends all the same.
TEST_F(ResumeTest, SigtermEndsInTimeThoughNothingCanBeWritten) {
  const std::string expected = HashAlone();
  Create(Request("interrupted"));
  stubs_->ReadUntilEpoch(kJob, 20);
  auto database = Database::Open(folder_.path() + "/traind.db");
  ASSERT_TRUE(database.ok()) << database.status();
  const auto begin = std::chrono::steady_clock::now();
  const absl::Status locked = (*database)->Write([&](soci::session&) {
    EXPECT_EQ(traind_->Terminate(), 0);
    return absl::OkStatus();
  });
  EXPECT_TRUE(locked.ok()) << locked;
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
  database->reset();
  Start();
  WatchOn();
  EXPECT_EQ(stubs_->GetJob(kJob).result().weights_sha256(), expected);
  CheckSeen();
}

TEST_F(ResumeTest, PausedOverAKill) {
  const std::string expected = HashAlone();
  Create(Request("interrupted"));
  stubs_->ReadUntilEpoch(kJob, 20);
  Pause();
  // Its core is free.
  Create(Request("another", 1));
  EXPECT_EQ(stubs_->WaitForEnd("trainingJobs/another").state(), State::SUCCEEDED);
  traind_->Kill();
  Start();
  EXPECT_EQ(stubs_->GetJob(kJob).state(), State::PAUSED);
  Resume();
  WatchOn();
  EXPECT_EQ(stubs_->GetJob(kJob).result().weights_sha256(), expected);
  CheckSeen();
  v1::PauseTrainingJobRequest pause;
  v1::ResumeTrainingJobRequest resume;
  v1::TrainingJob job;
  pause.set_name(kJob);
  resume.set_name(kJob);
  // What has ended can be neither paused nor resumed.
  for (const grpc::Status& status : {stubs_->training().PauseTrainingJob(stubs_->NewContext(), pause, &job),
                                     stubs_->training().ResumeTrainingJob(stubs_->NewContext(), resume, &job)}) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
    EXPECT_THAT(status.error_message(), HasSubstr("SUCCEEDED"));
  }
}

TEST_F(ResumeTest, ADamagedNewestCheckpointFallsBackToTheOlder) {
  const std::string expected = HashAlone();
  KillAfterCheckpoints();
  Damage(Checkpoints()[0]);
  Start();
  Resume();
  WatchOn();
  EXPECT_EQ(stubs_->GetJob(kJob).result().weights_sha256(), expected);
  const std::string metrics = traind_->HttpGet("/metrics");
  EXPECT_THAT(metrics, HasSubstr("traind_checkpoints_lost_total 1"));
  EXPECT_THAT(metrics, HasSubstr("traind_jobs_resumed_total 1"));
  CheckSeen();
}

TEST_F(ResumeTest, WithoutAGoodCheckpointTheJobStartsAnew) {
  const std::string expected = HashAlone();
  KillAfterCheckpoints();
  for (const std::string& path : Checkpoints()) Damage(path);
  Start();
  Resume();
  WatchOn();
  EXPECT_EQ(stubs_->GetJob(kJob).result().weights_sha256(), expected);
  EXPECT_THAT(traind_->HttpGet("/metrics"), HasSubstr("traind_jobs_resumed_total 0"));
  CheckSeen();
}

TEST_F(ResumeTest, AJobThatKillsTheServerIsGivenUp) {
  const auto start = [&] {
    traind_.emplace(folder_.path(), std::vector<std::string>{"--cores=1", "--max_attempts=2"});
    stubs_.emplace(traind_->Connect());
  };
  start();
  stubs_->CreateDigits();
  v1::CreateTrainingJobRequest request = Request("interrupted", 100'000);
  request.mutable_training_job()->mutable_spec()->clear_checkpoint();  // none in this test's time
  Create(request);
  for (int crash = 1; crash <= 2; ++crash) {
    stubs_->ReadUntilEpoch(kJob, 1);
    while (stubs_->GetJob(kJob).state() == State::QUEUED) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    traind_->Kill();
    start();
  }
  const v1::TrainingJob job = stubs_->GetJob(kJob);
  EXPECT_EQ(job.state(), State::FAILED);
  EXPECT_EQ(job.error().reason(), v1::TrainingError::INTERNAL);
  EXPECT_THAT(job.error().message(), HasSubstr("ended 2 times in a row"));
}

}  // namespace
}  // namespace traind
