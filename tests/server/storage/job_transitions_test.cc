#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "gmock/gmock.h"
#include "tests/server/storage/put_blob.h"
#include "tests/server/storage/storage_fixture.h"

namespace traind {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class JobTransitionsTest : public StorageFixture {
 protected:
  void SetUp() override {
    StorageFixture::SetUp();
    ASSERT_TRUE(PublishDataset("digits").ok());
  }

  absl::Status Append(const JobClaim& claim, std::vector<JobEvent> events) {
    absl::Status result;
    absl::Notification told;
    jobs_->AppendAsync(claim, std::move(events), [&](absl::Status status) {
      result = status;
      told.Notify();
    });
    told.WaitForNotification();
    return result;
  }

  static JobEvent Epoch(int64_t epoch) {
    JobEvent event;
    event.time = At(epoch);
    event.kind =
        EpochEnded{{.epoch = epoch, .epochs = 20, .step = epoch * 45, .steps = 900, .metrics = {{"loss", 0.5}}}};
    return event;
  }

  JobRecord Get(const std::string& id) { return *jobs_->Get(id); }
  size_t Count() { return jobs_->List(0, 100)->records.size(); }

  // Ids of the jobs that wait, in the order in which they are given out.
  std::vector<std::string> ClaimAll() {
    std::vector<std::string> ids;
    while (std::optional<JobRecord> job = *jobs_->Claim("me", At(20), At(50))) ids.push_back(job->id);
    return ids;
  }
};

TEST_F(JobTransitionsTest, ClaimTakesTheOldest) {
  ASSERT_TRUE(jobs_->Insert(Job("b"), 10).ok());
  ASSERT_TRUE(jobs_->Insert(Job("a"), 10).ok());
  std::optional<JobRecord> job = *jobs_->Claim("me", At(20), At(50));
  ASSERT_TRUE(job.has_value());
  EXPECT_EQ(job->id, "b");
  EXPECT_EQ(job->state, JobState::kRunning);
  EXPECT_EQ(job->owner, "me");
  EXPECT_EQ(job->attempt, 1);
  EXPECT_EQ(job->start_time, At(20));
  EXPECT_EQ(job->lease_until, At(50));
  EXPECT_EQ((*jobs_->Claim("me", At(20), At(50)))->id, "a");
  EXPECT_FALSE(jobs_->Claim("me", At(20), At(50))->has_value());
  EXPECT_THAT(StatesInLog("b"), ElementsAre(JobState::kQueued, JobState::kRunning));
}

TEST_F(JobTransitionsTest, ClaimTakesTheNextOrNone) {
  JobRecord large = Job("large");
  large.threads = 4;
  large.memory_bytes = 100;
  ASSERT_EQ(jobs_->Insert(large, 10)->threads, 4);
  ASSERT_TRUE(jobs_->Insert(Job("small"), 10).ok());
  EXPECT_FALSE(jobs_->Claim("me", At(20), At(50), {.cores = 3, .memory_bytes = 100})->has_value());
  EXPECT_FALSE(jobs_->Claim("me", At(20), At(50), {.cores = 4, .memory_bytes = 99})->has_value());
  EXPECT_EQ(Get("large").attempt, 0);
  EXPECT_EQ((*jobs_->Claim("me", At(20), At(50), {.cores = 4, .memory_bytes = 100}))->id, "large");
}

TEST_F(JobTransitionsTest, AHigherPriorityComesFirst) {
  for (const int priority : {0, -5, 7, 7, 3}) {
    JobRecord job = Job(absl::StrCat("p", Count()));
    job.priority = priority;
    ASSERT_EQ(jobs_->Insert(job, 10)->priority, priority);
  }
  EXPECT_THAT(ClaimAll(), ElementsAre("p2", "p3", "p4", "p0", "p1"));
}

TEST_F(JobTransitionsTest, TenantsTakeTurns) {
  for (const char* id : {"a1", "a2", "a3", "b1", "c1", "b2"}) {
    JobRecord job = Job(id);
    job.tenant = id[0];
    ASSERT_EQ(jobs_->Insert(job, 10)->tenant, job.tenant);
  }
  // None has ended: the one with the fewest threads at work is next, and of equal ones the one who waits longest.
  EXPECT_THAT(ClaimAll(), ElementsAre("a1", "b1", "c1", "a2", "b2", "a3"));
}

TEST_F(JobTransitionsTest, ATenantWithFewerThreadsAtWorkIsNext) {
  for (const auto& [id, threads] : {std::pair{"a1", 4}, {"b1", 1}, {"a2", 1}, {"b2", 1}, {"b3", 1}, {"b4", 1}}) {
    JobRecord job = Job(id);
    job.tenant = id[0];
    job.threads = threads;
    ASSERT_TRUE(jobs_->Insert(job, 10).ok());
  }
  EXPECT_THAT(ClaimAll(), ElementsAre("a1", "b1", "b2", "b3", "b4", "a2"));
}

TEST_F(JobTransitionsTest, AfterJobsThatEndedTenantsStillTakeTurns) {
  for (const char* id : {"a1", "a2", "a3", "b1", "b2"}) {
    JobRecord job = Job(id);
    job.tenant = id[0];
    ASSERT_TRUE(jobs_->Insert(job, 10).ok());
  }
  std::vector<std::string> claimed;
  while (std::optional<JobRecord> job = *jobs_->Claim("me", At(20), At(50))) {
    claimed.push_back(job->id);
    JobEnd end;
    end.error = JobError{};
    ASSERT_TRUE(jobs_->Finish({job->id, job->attempt}, std::move(end), At(30)).ok());
  }
  EXPECT_THAT(claimed, ElementsAre("a1", "b1", "a2", "b2", "a3"));
}

// Names of tenants are anybody's to choose: what is kept of them must not outgrow what is kept of their jobs.
TEST_F(JobTransitionsTest, NothingStaysOfATenantWhoseJobsAreGone) {
  const auto tenants = [this] {
    int count = 0;
    EXPECT_TRUE(database_
                    ->Read([&](soci::session& sql) {
                      sql << "SELECT COUNT(*) FROM tenants", soci::into(count);
                      return absl::OkStatus();
                    })
                    .ok());
    return count;
  };
  for (const char* id : {"a1", "a2", "b1"}) {
    JobRecord job = Job(id);
    job.tenant = id[0];
    ASSERT_TRUE(jobs_->Insert(job, 10).ok());
  }
  ASSERT_TRUE(jobs_->RequestCancel("b1", At(20)).ok());
  EXPECT_THAT(ClaimAll(), ElementsAre("a1", "a2"));
  EXPECT_EQ(tenants(), 1) << "of b nothing was ever claimed";
  for (const char* id : {"a1", "a2"}) {
    JobEnd end;
    end.error = JobError{};
    ASSERT_TRUE(jobs_->Finish({id, 1}, std::move(end), At(30)).ok());
    EXPECT_EQ(tenants(), 1);
    ASSERT_TRUE(jobs_->Delete(id).ok());
  }
  EXPECT_EQ(tenants(), 0);
}

TEST_F(JobTransitionsTest, WaitingJobsThatTakeTooMuchTakeAllThereIs) {
  for (const int64_t threads : {8, 2, 3, 1}) {
    JobRecord job = Job("threads-" + std::to_string(threads));
    job.threads = threads;
    job.memory_bytes = threads == 1 ? 1000 : 10;
    ASSERT_TRUE(jobs_->Insert(job, 10).ok());
  }
  ASSERT_EQ((*jobs_->Claim("me", At(20), At(50)))->id, "threads-8");
  JobRecord paused = Job("paused");
  paused.threads = 4;
  ASSERT_TRUE(jobs_->Insert(paused, 10).ok());
  ASSERT_TRUE(jobs_->RequestPause("paused", At(21)).ok());
  EXPECT_EQ(*jobs_->LimitResources({.cores = 2, .memory_bytes = 100}), 3);
  EXPECT_EQ(Get("paused").threads, 2);
  EXPECT_EQ(Get("threads-1").memory_bytes, 100);
  EXPECT_EQ(Get("threads-2").memory_bytes, 10);
  EXPECT_EQ(Get("threads-8").threads, 8);  // runs
  EXPECT_EQ(Get("threads-2").threads, 2);
  EXPECT_EQ(Get("threads-3").threads, 2);
  EXPECT_EQ(Get("threads-1").threads, 1);
}

TEST_F(JobTransitionsTest, AppendKeepsTheLastProgress) {
  const JobClaim claim = RunningJob("a");
  ASSERT_TRUE(Append(claim, {Epoch(1), Epoch(2)}).ok());
  ASSERT_TRUE(Append(claim, {Epoch(3)}).ok());
  const JobRecord job = Get("a");
  EXPECT_EQ(job.last_sequence, 5);
  EXPECT_EQ(job.progress.epoch, 3);
  EXPECT_EQ(job.progress.step, 135);
  EXPECT_EQ(job.progress.metrics.at("loss"), 0.5);
  EXPECT_THAT(StatesInLog("a"), ElementsAre(JobState::kQueued, JobState::kRunning));
}

TEST_F(JobTransitionsTest, AStaleAttemptChangesNothing) {
  const JobClaim stale = RunningJob("a");
  ASSERT_EQ(jobs_->RecoverInterrupted(At(30))->size(), 1);
  absl::Status queued = Append(stale, {Epoch(1)});
  EXPECT_TRUE(absl::IsAborted(queued)) << queued;
  ASSERT_EQ((*jobs_->Claim("other", At(40), At(50)))->attempt, 2);
  EXPECT_TRUE(absl::IsAborted(Append(stale, {Epoch(1)})));
  const BlobInfo weights = *PutBlob(*blobs_, "weights");
  EXPECT_TRUE(absl::IsAborted(jobs_->Finish(stale, Success("a", weights), At(50)).status()));
  EXPECT_TRUE(absl::IsNotFound(models_->Get("a").status()));
  EXPECT_EQ(Get("a").state, JobState::kRunning);
  EXPECT_TRUE(Append({"a", 2}, {Epoch(1)}).ok());
  EXPECT_THAT(StatesInLog("a"),
              ElementsAre(JobState::kQueued, JobState::kRunning, JobState::kQueued, JobState::kRunning));
  EXPECT_TRUE(absl::IsNotFound(Append({"gone", 1}, {Epoch(1)})));
}

TEST_F(JobTransitionsTest, SuccessPublishesTheModelWithIt) {
  const JobClaim claim = RunningJob("a");
  const BlobInfo weights = *PutBlob(*blobs_, "weights");
  absl::StatusOr<JobRecord> job = jobs_->Finish(claim, Success("a", weights), At(60));
  ASSERT_TRUE(job.ok()) << job.status();
  Reopen();
  EXPECT_EQ(Get("a").state, JobState::kSucceeded);
  EXPECT_EQ(Get("a").end_time, At(60));
  EXPECT_EQ(Get("a").progress.epoch, 20);
  EXPECT_EQ(Get("a").result->model_id, "a");
  EXPECT_EQ(Get("a").result->train_seconds, 0.5);
  EXPECT_EQ(models_->Get("a")->weights.sha256, weights.sha256);
  const StateChanged last = std::get<StateChanged>(jobs_->ReadLog("a", 2, 10)->front().kind);
  EXPECT_EQ(last.result->weights_sha256, weights.sha256);
  EXPECT_THAT(StatesInLog("a"), ElementsAre(JobState::kQueued, JobState::kRunning, JobState::kSucceeded));
  EXPECT_TRUE(absl::IsAborted(jobs_->Finish(claim, Success("a", weights), At(60)).status()));
}

TEST_F(JobTransitionsTest, TheEndBringsTheRestOfTheLogWithIt) {
  const JobClaim claim = RunningJob("a");
  ASSERT_TRUE(Append(claim, {Epoch(1)}).ok());
  JobEnd end = Success("a", *PutBlob(*blobs_, "weights"));
  end.events = {Epoch(2), Epoch(3)};
  const absl::StatusOr<JobRecord> job = jobs_->Finish(claim, end, At(60));
  ASSERT_TRUE(job.ok()) << job.status();
  EXPECT_EQ(job->last_sequence, 6);
  EXPECT_THAT(StatesInLog("a"), ElementsAre(JobState::kQueued, JobState::kRunning, JobState::kSucceeded));
  const std::vector<JobEvent> log = *jobs_->ReadLog("a", 2, 10);
  ASSERT_EQ(log.size(), 4u);
  for (int64_t i = 0; i < 3; ++i) EXPECT_EQ(std::get<EpochEnded>(log[i].kind).progress.epoch, i + 1);
}

TEST_F(JobTransitionsTest, SuccessWithoutAModelIsRefused) {
  const JobClaim claim = RunningJob("a");
  JobEnd end;
  end.state = JobState::kSucceeded;
  EXPECT_TRUE(absl::IsInvalidArgument(jobs_->Finish(claim, end, At(60)).status()));
  end.state = JobState::kQueued;
  EXPECT_TRUE(absl::IsInvalidArgument(jobs_->Finish(claim, end, At(60)).status()));
  EXPECT_EQ(Get("a").state, JobState::kRunning);
}

TEST_F(JobTransitionsTest, AModelThatCannotBeInsertedLeavesTheJobRunning) {
  const BlobInfo weights = *PutBlob(*blobs_, "weights");
  ASSERT_TRUE(jobs_->Finish(RunningJob("a"), Success("a", weights), At(60)).ok());
  EXPECT_FALSE(jobs_->Finish(RunningJob("b"), Success("a", weights), At(60)).ok());
  EXPECT_EQ(Get("b").state, JobState::kRunning);
  EXPECT_THAT(StatesInLog("b"), ElementsAre(JobState::kQueued, JobState::kRunning));
}

TEST_F(JobTransitionsTest, FailureTellsWhy) {
  JobEnd end;
  end.error = JobError{.reason = JobErrorReason::kDiverged, .message = "the loss is NaN", .step = 17};
  ASSERT_TRUE(jobs_->Finish(RunningJob("a"), end, At(60)).ok());
  const JobRecord job = Get("a");
  EXPECT_EQ(job.state, JobState::kFailed);
  EXPECT_EQ(job.error->reason, JobErrorReason::kDiverged);
  EXPECT_EQ(job.error->message, "the loss is NaN");
  EXPECT_EQ(job.error->step, 17);
  EXPECT_EQ(std::get<StateChanged>(jobs_->ReadLog("a", 2, 10)->front().kind).error->step, 17);
}

TEST_F(JobTransitionsTest, CancelEndsAWaitingJob) {
  ASSERT_TRUE(jobs_->Insert(Job("a"), 10).ok());
  absl::StatusOr<JobRecord> job = jobs_->RequestCancel("a", At(30));
  ASSERT_TRUE(job.ok()) << job.status();
  EXPECT_EQ(job->state, JobState::kCancelled);
  EXPECT_EQ(job->end_time, At(30));
  EXPECT_FALSE(jobs_->Claim("me", At(40), At(50))->has_value());
  EXPECT_EQ(jobs_->RequestCancel("a", At(60))->end_time, At(30));
  EXPECT_THAT(StatesInLog("a"), ElementsAre(JobState::kQueued, JobState::kCancelled));
  EXPECT_TRUE(absl::IsNotFound(jobs_->RequestCancel("gone", At(0)).status()));
}

TEST_F(JobTransitionsTest, ACancelWinsOverAnyOtherEnd) {
  const JobClaim claim = RunningJob("a");
  absl::StatusOr<JobRecord> job = jobs_->RequestCancel("a", At(30));
  ASSERT_TRUE(job.ok()) << job.status();
  EXPECT_EQ(job->state, JobState::kCancelling);
  EXPECT_EQ(job->end_time, std::nullopt);
  EXPECT_EQ(jobs_->RequestCancel("a", At(31))->state, JobState::kCancelling);
  ASSERT_TRUE(Append(claim, {Epoch(1)}).ok());
  const BlobInfo weights = *PutBlob(*blobs_, "weights");
  job = jobs_->Finish(claim, Success("a", weights), At(40));
  ASSERT_TRUE(job.ok()) << job.status();
  EXPECT_EQ(job->state, JobState::kCancelled);
  EXPECT_FALSE(job->result.has_value());
  EXPECT_TRUE(absl::IsNotFound(models_->Get("a").status()));
  EXPECT_THAT(StatesInLog("a"),
              ElementsAre(JobState::kQueued, JobState::kRunning, JobState::kCancelling, JobState::kCancelled));
}

TEST_F(JobTransitionsTest, ARestartQueuesWhatRanAndEndsWhatWasCancelled) {
  const JobClaim running = RunningJob("running");
  ASSERT_TRUE(Append(running, {Epoch(1)}).ok());
  RunningJob("pausing");
  ASSERT_TRUE(jobs_->RequestPause("pausing", At(30)).ok());
  RunningJob("cancelling");
  ASSERT_TRUE(jobs_->RequestCancel("cancelling", At(30)).ok());
  ASSERT_TRUE(jobs_->Insert(Job("waiting"), 10).ok());
  Reopen();
  EXPECT_EQ(jobs_->RecoverInterrupted(At(60))->size(), 3);
  const JobRecord job = Get("running");
  EXPECT_EQ(job.state, JobState::kQueued);
  EXPECT_EQ(job.owner, "");
  EXPECT_EQ(job.attempt, 1);
  EXPECT_EQ(job.end_time, std::nullopt);
  // As far as the log tells.
  EXPECT_EQ(job.progress.epoch, 1);
  EXPECT_EQ(job.progress.step, 45);
  EXPECT_EQ(job.progress.metrics.at("loss"), 0.5);
  EXPECT_EQ(Get("pausing").state, JobState::kPaused);
  EXPECT_EQ(Get("cancelling").state, JobState::kCancelled);
  EXPECT_EQ(Get("cancelling").end_time, At(60));
  EXPECT_EQ(Get("waiting").last_sequence, 1);
  EXPECT_THAT(StatesInLog("running"), ElementsAre(JobState::kQueued, JobState::kRunning, JobState::kQueued));
  EXPECT_THAT(StatesInLog("cancelling"),
              ElementsAre(JobState::kQueued, JobState::kRunning, JobState::kCancelling, JobState::kCancelled));
  EXPECT_EQ((*jobs_->Claim("me", At(70), At(90)))->id, "running");
  EXPECT_EQ(jobs_->RecoverInterrupted(At(80))->size(), 1);
}

TEST_F(JobTransitionsTest, AJobUnderWhichTheServerEndsTooOftenFails) {
  ASSERT_TRUE(jobs_->Insert(Job("a"), 10).ok());
  for (int64_t crash = 1; crash <= 3; ++crash) {
    ASSERT_EQ((*jobs_->Claim("me", At(20), At(50)))->id, "a");
    ASSERT_TRUE(Append({"a", crash}, {Epoch(1)}).ok());
    Reopen();
    const std::vector<JobRecord> recovered = *jobs_->RecoverInterrupted(At(60));
    ASSERT_EQ(recovered.size(), 1u);
    EXPECT_EQ(recovered[0].state, crash < 3 ? JobState::kQueued : JobState::kFailed) << crash;
  }
  const JobRecord job = Get("a");
  EXPECT_EQ(job.attempt, 3);
  EXPECT_EQ(job.end_time, At(60));
  EXPECT_EQ(job.owner, "");
  EXPECT_EQ(job.progress.epoch, 1);
  ASSERT_TRUE(job.error.has_value());
  EXPECT_EQ(job.error->reason, JobErrorReason::kInternal);
  EXPECT_EQ(job.error->step, 45);
  EXPECT_THAT(job.error->message, testing::HasSubstr("ended 3 times in a row"));
  EXPECT_EQ(StatesInLog("a").back(), JobState::kFailed);
  const std::vector<JobEvent> last = *jobs_->ReadLog("a", job.last_sequence - 1, 1);
  EXPECT_EQ(std::get<StateChanged>(last[0].kind).error->message, job.error->message);
  EXPECT_TRUE(jobs_->RecoverInterrupted(At(70))->empty());
}

TEST_F(JobTransitionsTest, HowOftenIsOftenCanBeSaid) {
  RunningJob("a");
  EXPECT_EQ(jobs_->RecoverInterrupted(At(60), 2)->at(0).state, JobState::kQueued);
  ASSERT_TRUE(jobs_->Claim("me", At(20), At(50)).ok());
  EXPECT_EQ(jobs_->RecoverInterrupted(At(60), 2)->at(0).state, JobState::kFailed);
  RunningJob("b");
  EXPECT_EQ(jobs_->RecoverInterrupted(At(60), 1)->at(0).state, JobState::kFailed);
}

TEST_F(JobTransitionsTest, CrashesCountFromTheNewestCheckpointOn) {
  ASSERT_TRUE(jobs_->Insert(Job("a"), 10).ok());
  for (int64_t attempt = 1; attempt <= 8; ++attempt) {
    ASSERT_EQ((*jobs_->Claim("me", At(20), At(50)))->attempt, attempt);
    if (attempt % 2 == 0 && attempt <= 6) {
      ASSERT_TRUE(jobs_->AddCheckpoint({"a", attempt}, attempt * 10, At(30)).ok());
    }
    EXPECT_EQ(jobs_->RecoverInterrupted(At(60))->at(0).state, attempt < 8 ? JobState::kQueued : JobState::kFailed)
        << attempt;
  }
}

TEST_F(JobTransitionsTest, ACleanStopIsNoCrash) {
  ASSERT_TRUE(jobs_->Insert(Job("a"), 10).ok());
  for (int64_t attempt = 1; attempt <= 12; ++attempt) {
    ASSERT_EQ((*jobs_->Claim("me", At(20), At(50)))->attempt, attempt);
    // Two crashes, then clean stops only.
    auto recovered = attempt <= 2 ? jobs_->RecoverInterrupted(At(60)) : jobs_->RequeueInterrupted(At(60));
    ASSERT_TRUE(recovered.ok()) << recovered.status();
    EXPECT_EQ(recovered->at(0).state, JobState::kQueued) << attempt;
  }
  ASSERT_TRUE(jobs_->Claim("me", At(20), At(50)).ok());
  EXPECT_EQ(jobs_->RecoverInterrupted(At(60))->at(0).state, JobState::kFailed);
}

TEST_F(JobTransitionsTest, APausedJobWaitsTillItIsResumed) {
  ASSERT_TRUE(jobs_->Insert(Job("a"), 10).ok());
  EXPECT_EQ(jobs_->RequestPause("a", At(11))->state, JobState::kPaused);
  EXPECT_EQ(jobs_->RequestPause("a", At(11))->state, JobState::kPaused);
  EXPECT_FALSE(jobs_->Claim("me", At(20), At(50))->has_value());
  EXPECT_EQ((*jobs_->CountByState())[JobState::kPaused], 1);
  ASSERT_TRUE(jobs_->Insert(Job("b"), 10).ok());
  EXPECT_EQ(jobs_->Resume("a", At(12))->state, JobState::kQueued);
  EXPECT_EQ(jobs_->Resume("a", At(12))->state, JobState::kQueued);
  const std::optional<JobRecord> claimed = *jobs_->Claim("me", At(20), At(50));
  ASSERT_TRUE(claimed.has_value());
  EXPECT_EQ(claimed->id, "a");  // in its old place

  EXPECT_EQ(jobs_->Resume("a", At(21))->state, JobState::kRunning);
  EXPECT_EQ(jobs_->RequestPause("a", At(21))->state, JobState::kPausing);
  EXPECT_EQ(jobs_->RequestPause("a", At(21))->state, JobState::kPausing);
  EXPECT_TRUE(absl::IsFailedPrecondition(jobs_->Resume("a", At(22)).status()));
  ASSERT_TRUE(Append({"a", 1}, {Epoch(1)}).ok());
  EXPECT_TRUE(absl::IsAborted(jobs_->Pause({"a", 2}, At(23)).status()));
  const absl::StatusOr<JobRecord> paused = jobs_->Pause({"a", 1}, At(23));
  ASSERT_TRUE(paused.ok()) << paused.status();
  EXPECT_EQ(paused->state, JobState::kPaused);
  EXPECT_EQ(paused->owner, "");
  EXPECT_TRUE(absl::IsAborted(Append({"a", 1}, {Epoch(2)})));
  EXPECT_TRUE(jobs_->RecoverInterrupted(At(30))->empty());
  EXPECT_TRUE(absl::IsFailedPrecondition(datasets_->Delete("digits")));
  EXPECT_THAT(StatesInLog("a"), ElementsAre(JobState::kQueued, JobState::kPaused, JobState::kQueued, JobState::kRunning,
                                            JobState::kPausing, JobState::kPaused));
  EXPECT_TRUE(absl::IsNotFound(jobs_->RequestPause("gone", At(0)).status()));
  EXPECT_TRUE(absl::IsNotFound(jobs_->Resume("gone", At(0)).status()));
}

TEST_F(JobTransitionsTest, ACancelEndsAPausedJobAndWinsOverAPause) {
  ASSERT_TRUE(jobs_->Insert(Job("a"), 10).ok());
  ASSERT_TRUE(jobs_->RequestPause("a", At(11)).ok());
  const absl::StatusOr<JobRecord> job = jobs_->RequestCancel("a", At(12));
  EXPECT_EQ(job->state, JobState::kCancelled);
  EXPECT_EQ(job->end_time, At(12));
  EXPECT_TRUE(absl::IsFailedPrecondition(jobs_->RequestPause("a", At(13)).status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(jobs_->Resume("a", At(13)).status()));

  RunningJob("b");
  ASSERT_TRUE(jobs_->RequestPause("b", At(30)).ok());
  EXPECT_EQ(jobs_->RequestCancel("b", At(31))->state, JobState::kCancelling);
  EXPECT_TRUE(absl::IsFailedPrecondition(jobs_->RequestPause("b", At(31)).status()));
  EXPECT_EQ(jobs_->Pause({"b", 1}, At(32))->state, JobState::kCancelling);
  EXPECT_EQ(jobs_->Finish({"b", 1}, JobEnd(), At(33))->state, JobState::kCancelled);
}

TEST_F(JobTransitionsTest, APausingJobMayEndFirst) {
  const JobClaim claim = RunningJob("a");
  ASSERT_TRUE(jobs_->RequestPause("a", At(30)).ok());
  const BlobInfo weights = *PutBlob(*blobs_, "weights");
  EXPECT_EQ(jobs_->Finish(claim, Success("a", weights), At(40))->state, JobState::kSucceeded);
}

TEST_F(JobTransitionsTest, TwoCheckpointsAreKeptAndNoneOfAJobThatEnded) {
  const JobClaim claim = RunningJob("a");
  const int64_t number = Get("a").number;
  EXPECT_TRUE(jobs_->AddCheckpoint(claim, 10, At(21))->empty());
  EXPECT_TRUE(jobs_->AddCheckpoint(claim, 20, At(22))->empty());
  EXPECT_THAT(*jobs_->AddCheckpoint(claim, 30, At(23)), ElementsAre(CheckpointRecord{number, 1, 10}));
  EXPECT_THAT(*jobs_->Checkpoints(number),
              ElementsAre(CheckpointRecord{number, 1, 30}, CheckpointRecord{number, 1, 20}));
  EXPECT_EQ(*jobs_->OldestUnsaved(At(30)), absl::Seconds(7));
  RunningJob("young");
  EXPECT_EQ(*jobs_->OldestQueued(At(70)), absl::ZeroDuration());
  ASSERT_TRUE(jobs_->RecoverInterrupted(At(60)).ok());
  EXPECT_EQ(*jobs_->OldestQueued(At(70)), At(70) - Get("a").create_time);
  EXPECT_EQ(*jobs_->OldestUnsaved(At(70)), absl::ZeroDuration());
  EXPECT_TRUE(absl::IsAborted(jobs_->AddCheckpoint(claim, 40, At(61)).status()));
  EXPECT_TRUE(absl::IsAborted(jobs_->ForgetCheckpoint(claim, {number, 1, 30})));

  // What a later attempt writes is newer, at whatever step.
  ASSERT_EQ((*jobs_->Claim("me", At(62), At(90)))->attempt, 2);
  EXPECT_EQ(*jobs_->OldestUnsaved(At(70)), absl::Seconds(8));
  ASSERT_TRUE(jobs_->ForgetCheckpoint({"a", 2}, {number, 1, 30}).ok());
  EXPECT_TRUE(jobs_->AddCheckpoint({"a", 2}, 25, At(63))->empty());
  EXPECT_THAT(*jobs_->AllCheckpoints(),
              testing::UnorderedElementsAre(CheckpointRecord{number, 2, 25}, CheckpointRecord{number, 1, 20}));
  ASSERT_TRUE(jobs_->Finish({"a", 2}, JobEnd(), At(64)).ok());
  EXPECT_TRUE(jobs_->AllCheckpoints()->empty());

  ASSERT_EQ((*jobs_->Claim("me", At(65), At(90)))->id, "young");
  ASSERT_TRUE(jobs_->AddCheckpoint({"young", 2}, 5, At(66)).ok());
  ASSERT_TRUE(jobs_->RequestPause("young", At(67)).ok());
  ASSERT_TRUE(jobs_->Pause({"young", 2}, At(68)).ok());
  EXPECT_EQ(jobs_->AllCheckpoints()->size(), 1u);
  ASSERT_TRUE(jobs_->RequestCancel("young", At(69)).ok());
  EXPECT_TRUE(jobs_->AllCheckpoints()->empty());
}

}  // namespace
}  // namespace traind
