// Jobs that are stopped and go on.
#include "server/jobs/run_checkpoints.h"

#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/server/jobs/jobs_fixture.h"

namespace traind {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class RunCheckpointsTest : public JobsFixture {
 protected:
  void SetUp() override {
    JobsFixture::SetUp();
    decode_ = [this](const std::string& json) -> absl::StatusOr<engine::TrainingSpec> {
      auto spec = Spec(json);
      if (!spec.ok()) return spec;
      spec->checkpoint = policy_;
      return spec;
    };
  }

  void StopCleanly() { ASSERT_TRUE(scheduler_->Drain(absl::InfiniteFuture()).ok()); }

  // The hash that `epochs` epochs end with if nothing stops them.
  std::string HashOf(int64_t epochs) {
    const engine::CheckpointSpec policy = std::exchange(policy_, {});
    EXPECT_TRUE(Submit("alone", epochs).ok());
    const std::string hash = WaitForEnd("alone").result->weights_sha256;
    policy_ = policy;
    return hash;
  }

  std::vector<std::string> Files() { return *PosixFileSystem().List(directory_.path() + "/checkpoints"); }

  void Damage(const std::string& name) {
    std::fstream file(directory_.path() + "/checkpoints/" + name, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(5000).put('\x55').put('\x55');
  }

  // Sequences without a gap, each epoch once, and steps that only grow; returns the states.
  std::vector<JobState> CheckLog(const std::string& id, int64_t epochs) {
    int64_t epoch = 0;
    int64_t step = 0;
    const std::vector<JobEvent> log = *jobs_->ReadLog(id, 0, 1'000'000);
    for (const JobEvent& event : log) {
      if (const auto* ended = std::get_if<EpochEnded>(&event.kind)) {
        EXPECT_EQ(ended->progress.epoch, ++epoch);
        EXPECT_GE(ended->progress.step, step);
        step = ended->progress.step;
      } else if (const auto* progressed = std::get_if<Progressed>(&event.kind)) {
        EXPECT_GT(progressed->progress.step, step);
        step = progressed->progress.step;
      }
    }
    EXPECT_EQ(epoch, epochs);
    return StatesInLog(id);
  }

  engine::CheckpointSpec policy_ = {.every_steps = 200};
};

TEST_F(RunCheckpointsTest, ACleanStopSavesWhatRunsAndTheNextStartGoesOn) {
  policy_ = {};
  StartScheduler();
  const std::string expected = HashOf(100);
  ASSERT_TRUE(Submit("first", 100).ok());
  WaitForFirstEpoch("first");
  StopCleanly();
  const JobRecord stopped = *jobs_->Get("first");
  EXPECT_EQ(stopped.state, JobState::kQueued);
  EXPECT_THAT(Files(), SizeIs(1));
  RestartServer();
  const JobRecord ended = WaitForEnd("first");
  EXPECT_EQ(ended.result->weights_sha256, expected);
  EXPECT_EQ(ended.attempt, 2);
  EXPECT_EQ(Metric("traind_jobs_resumed_total"), 1);
  EXPECT_EQ(Metric("traind_checkpoints_written_total"), 1);
  EXPECT_THAT(CheckLog("first", 100), ElementsAre(JobState::kQueued, JobState::kRunning, JobState::kQueued,
                                                  JobState::kRunning, JobState::kSucceeded));
  EXPECT_THAT(Files(), IsEmpty());
}

TEST_F(RunCheckpointsTest, StopsAtAnyMomentAreOneTraining) {
  StartScheduler();
  const std::string expected = HashOf(40);
  ASSERT_TRUE(Submit("first", 40).ok());
  for (int i = 0; i < 8; ++i) {
    absl::SleepFor(absl::Milliseconds(3 * i));
    StopCleanly();
    RestartServer();
  }
  EXPECT_EQ(WaitForEnd("first").result->weights_sha256, expected);
  CheckLog("first", 40);
}

TEST_F(RunCheckpointsTest, APausedJobGoesOnWhenItIsResumed) {
  StartScheduler();
  const std::string expected = HashOf(100);
  ASSERT_TRUE(Submit("first", 100).ok());
  WaitForFirstEpoch("first");
  EXPECT_EQ(scheduler_->Pause("first")->state, JobState::kPausing);
  WatchReader(hub_, *jobs_, "first", 0).ReadUntil([](const JobEvent& event) {
    const auto* changed = std::get_if<StateChanged>(&event.kind);
    return changed != nullptr && changed->state == JobState::kPaused;
  });
  EXPECT_THAT(Files(), testing::Not(IsEmpty()));
  // It holds no core.
  ASSERT_TRUE(Submit("second").ok());
  EXPECT_EQ(WaitForEnd("second").state, JobState::kSucceeded);
  EXPECT_EQ(jobs_->Get("first")->state, JobState::kPaused);
  RestartServer();
  EXPECT_EQ(jobs_->Get("first")->state, JobState::kPaused);
  EXPECT_EQ(scheduler_->Resume("first")->state, JobState::kQueued);
  EXPECT_EQ(WaitForEnd("first").result->weights_sha256, expected);
  CheckLog("first", 100);
}

TEST_F(RunCheckpointsTest, PausesAtAnyMoment) {
  StartScheduler();
  const std::string expected = HashOf(20);
  ASSERT_TRUE(Submit("first", 20).ok());
  for (int i = 0; i < 30; ++i) {
    absl::SleepFor(absl::Microseconds(200 * i));
    const absl::StatusOr<JobRecord> paused = scheduler_->Pause("first");
    if (!paused.ok()) break;  // it has ended
    while (jobs_->Get("first")->state == JobState::kPausing) absl::SleepFor(absl::Milliseconds(1));
    if (HasEnded(jobs_->Get("first")->state)) break;
    ASSERT_TRUE(scheduler_->Resume("first").ok());
  }
  EXPECT_EQ(WaitForEnd("first").result->weights_sha256, expected);
  CheckLog("first", 20);
}

TEST_F(RunCheckpointsTest, ACancelledPausedJobLeavesNothing) {
  StartScheduler();
  ASSERT_TRUE(Submit("first", kForever).ok());
  WaitForFirstEpoch("first");
  ASSERT_TRUE(scheduler_->Pause("first").ok());
  while (jobs_->Get("first")->state == JobState::kPausing) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_EQ(scheduler_->Cancel("first")->state, JobState::kCancelled);
  EXPECT_THAT(Files(), IsEmpty());
  EXPECT_EQ(Metric("traind_jobs_finished_total{reason=\"\",state=\"CANCELLED\"}"), 1);
}

TEST_F(RunCheckpointsTest, TheSpecSaysHowOften) {
  policy_ = {.every_steps = 20};
  StartScheduler();
  ASSERT_TRUE(Submit("steps", 4).ok());  // 180 steps
  WaitForEnd("steps");
  EXPECT_EQ(Metric("traind_checkpoints_written_total"), 9);
  policy_ = {.every_epochs = 2};
  ASSERT_TRUE(Submit("epochs", 5).ok());
  WaitForEnd("epochs");
  EXPECT_EQ(Metric("traind_checkpoints_written_total"), 11);
  policy_ = {.every_seconds = 1e-9};
  ASSERT_TRUE(Submit("seconds", 1).ok());
  WaitForEnd("seconds");
  EXPECT_EQ(Metric("traind_checkpoints_written_total"), 11 + 45);
  policy_ = {};
  ASSERT_TRUE(Submit("default", 1).ok());
  WaitForEnd("default");
  EXPECT_EQ(Metric("traind_checkpoints_written_total"), 11 + 45);
  EXPECT_THAT(Files(), IsEmpty());
}

// As a server that is gone in the middle: its files and rows are there, and nothing else is told to anybody.
class CrashTest : public RunCheckpointsTest {
 protected:
  // A job with two checkpoints, of which the newest is at `step`, and RUNNING as a crash leaves it.
  void CrashAfterCheckpoints(int64_t epochs) {
    StartScheduler();
    expected_ = HashOf(epochs);
    ASSERT_TRUE(Submit("first", epochs).ok());
    while (Files().size() < 2) absl::SleepFor(absl::Milliseconds(1));
    StopCleanly();
    scheduler_.reset();
    ASSERT_THAT(Files(), SizeIs(2));
  }

  std::vector<CheckpointRecord> Checkpoints() { return *jobs_->Checkpoints(jobs_->Get("first")->number); }
  static std::string NameOf(const CheckpointRecord& checkpoint) {
    return absl::StrCat(checkpoint.job_number, "-", checkpoint.attempt, "-", checkpoint.step);
  }

  std::string expected_;
};

TEST_F(CrashTest, ADamagedNewestCheckpointFallsBackToTheOlder) {
  CrashAfterCheckpoints(100);
  const auto checkpoints = Checkpoints();
  Damage(NameOf(checkpoints[0]));
  RestartServer();
  EXPECT_EQ(WaitForEnd("first").result->weights_sha256, expected_);
  EXPECT_EQ(Metric("traind_checkpoints_lost_total"), 1);
  EXPECT_EQ(Metric("traind_jobs_resumed_total"), 1);
  CheckLog("first", 100);
}

TEST_F(CrashTest, CheckpointsThatCannotBeReadForAWhileAreReadLater) {
  CrashAfterCheckpoints(100);
  Reopen();
  files_.FailMaps(3, 4);  // features, labels, and then as many files as there are checkpoints
  StartScheduler();
  EXPECT_EQ(WaitForEnd("first").result->weights_sha256, expected_);
  EXPECT_EQ(Metric("traind_checkpoints_lost_total"), 0);
  EXPECT_EQ(Metric("traind_jobs_resumed_total"), 1);
  EXPECT_EQ(Metric("traind_jobs_held_up_total"), 2);
  CheckLog("first", 100);
}

TEST_F(CrashTest, WithoutAGoodCheckpointItStartsAnew) {
  CrashAfterCheckpoints(100);
  const auto checkpoints = Checkpoints();
  Damage(NameOf(checkpoints[0]));
  std::filesystem::remove(directory_.path() + "/checkpoints/" + NameOf(checkpoints[1]));
  RestartServer();
  EXPECT_EQ(WaitForEnd("first").result->weights_sha256, expected_);
  EXPECT_EQ(Metric("traind_checkpoints_lost_total"), 2);
  EXPECT_EQ(Metric("traind_jobs_resumed_total"), 0);
  CheckLog("first", 100);
}

TEST_F(CrashTest, ACheckpointOfAnotherJobIsNotUsed) {
  StartScheduler(2);
  expected_ = HashOf(100);
  ASSERT_TRUE(Submit("first", 100).ok());
  ASSERT_TRUE(Submit("other", 101).ok());
  for (const char* id : {"first", "other"}) {
    while (jobs_->Checkpoints(jobs_->Get(id)->number)->size() < 2) absl::SleepFor(absl::Milliseconds(1));
  }
  StopCleanly();
  scheduler_.reset();
  const auto others = *jobs_->Checkpoints(jobs_->Get("other")->number);
  std::filesystem::copy_file(directory_.path() + "/checkpoints/" + NameOf(others[0]),
                             directory_.path() + "/checkpoints/" + NameOf(Checkpoints()[0]),
                             std::filesystem::copy_options::overwrite_existing);
  RestartServer();
  EXPECT_EQ(WaitForEnd("first").result->weights_sha256, expected_);
  EXPECT_EQ(Metric("traind_checkpoints_lost_total"), 1);
  scheduler_->Cancel("other").IgnoreError();
}

// Every operation fails once, those of a checkpoint and then those of the weights: no job fails for it.
TEST_F(RunCheckpointsTest, ADiskThatFailsForAMomentFailsNoJob) {
  StartScheduler();
  const std::string expected = HashOf(2);
  for (const absl::Status& error : {FaultyFileSystem::DiskFull(), FaultyFileSystem::IoError()}) {
    int operation = 0;
    for (bool failed = true; failed;) {
      const std::string id = absl::StrCat("job-", ++operation);
      policy_ = {.every_steps = 80};  // one
      files_.FailAt(operation, error);
      ASSERT_TRUE(Submit(id, 2).ok());
      const JobRecord job = WaitForEnd(id);
      failed = files_.failed();
      files_.FailAt(0);
      EXPECT_EQ(job.state, JobState::kSucceeded) << operation;
      EXPECT_EQ(job.result->weights_sha256, expected);
      EXPECT_THAT(Files(), IsEmpty()) << operation;
      ASSERT_TRUE(jobs_->Delete(id).ok());
      ASSERT_TRUE(models_->Delete(id).ok());
    }
    EXPECT_GE(operation, 12);
  }
  EXPECT_GE(Metric("traind_checkpoints_failed_total"), 12);
}

// The log cannot be written for a while; the job waits and goes on from its newest checkpoint.
TEST_F(RunCheckpointsTest, AFullDatabaseHoldsTheJobUpAndCostsNoEpoch) {
  StartScheduler();
  const std::string expected = HashOf(600);
  ASSERT_TRUE(Submit("first", 600).ok());
  while (Files().empty()) absl::SleepFor(absl::Milliseconds(1));
  SetDatabaseFull(true);
  while (Metric("traind_jobs_held_up_total") < 2) {
    ASSERT_FALSE(HasEnded(jobs_->Get("first")->state)) << "the database was not full soon enough";
    absl::SleepFor(absl::Milliseconds(1));
  }
  EXPECT_EQ(jobs_->Get("first")->state, JobState::kRunning);
  EXPECT_THAT(Files(), testing::Not(IsEmpty()));
  SetDatabaseFull(false);
  const JobRecord ended = WaitForEnd("first");
  EXPECT_EQ(ended.state, JobState::kSucceeded);
  EXPECT_EQ(ended.attempt, 1);
  EXPECT_EQ(ended.result->weights_sha256, expected);
  EXPECT_GE(Metric("traind_jobs_resumed_total"), 1);
  CheckLog("first", 600);
}

TEST_F(RunCheckpointsTest, LeftoversAreSweptAtTheStart) {
  std::ofstream(directory_.path() + "/checkpoints/77-1-20") << "of a job that is gone";
  std::ofstream(directory_.path() + "/checkpoints/77-1-40.tmp") << "half";
  StartScheduler();
  EXPECT_THAT(Files(), IsEmpty());
}

}  // namespace
}  // namespace traind
