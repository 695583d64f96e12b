// What can go wrong with a run, and that the server goes on.
#include <pthread.h>
#include <soci/soci.h>

#include <filesystem>
#include <fstream>
#include <new>
#include <stdexcept>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/jobs/scheduler.h"
#include "tests/server/jobs/jobs_fixture.h"

namespace traind {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class SchedulerFaultsTest : public JobsFixture {
 protected:
  JobError ErrorOf(const std::string& id) {
    const JobRecord job = WaitForEnd(id);
    EXPECT_EQ(job.state, JobState::kFailed);
    EXPECT_FALSE(job.result);
    EXPECT_TRUE(absl::IsNotFound(models_->Get(id).status()));
    EXPECT_TRUE(job.error);
    return job.error.value_or(JobError());
  }

  void ExpectTheNextJobSucceeds() {
    decode_ = nullptr;
    ASSERT_TRUE(Submit("next").ok());
    EXPECT_EQ(WaitForEnd("next").state, JobState::kSucceeded);
  }

  std::string BlobPath(const std::string& sha256) const {
    return directory_.path() + "/blobs/" + sha256.substr(0, 2) + "/" + sha256;
  }

  int CountBlobs() const {
    int count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory_.path() + "/blobs")) {
      count += entry.is_regular_file();
    }
    return count;
  }
};

TEST_F(SchedulerFaultsTest, AJobThatDivergesSaysSo) {
  decode_ = [](const std::string&) {
    engine::TrainingSpec spec = engine::DigitsSpec();
    spec.model.layers = {{"", engine::DenseSpec{.units = 64}},
                         {"", engine::DenseSpec{.units = 64}},
                         {"", engine::DenseSpec{.units = 10}},
                         {"", engine::ActivationSpec{.function = engine::ActivationFunction::kSoftmax}}};
    spec.optimizer.kind = engine::SgdSpec{.learning_rate = 1000};
    return spec;
  };
  StartScheduler();
  ASSERT_TRUE(Submit("first").ok());
  const JobError error = ErrorOf("first");
  EXPECT_EQ(error.reason, JobErrorReason::kDiverged);
  EXPECT_THAT(error.message, AllOf(HasSubstr("in step " + std::to_string(error.step + 1)),
                                   HasSubstr("100 instead of 1000"), HasSubstr(" of layer " + error.layer + ": try")));
  EXPECT_THAT(error.layer, HasSubstr("dense_"));
  EXPECT_EQ(CountBlobs(), 2);
  ExpectTheNextJobSucceeds();
  EXPECT_EQ(Metric("traind_jobs_finished_total{reason=\"DIVERGED\",state=\"FAILED\"}"), 1);
  EXPECT_EQ(Metric("traind_divergences_total{part=\"output\"}"), 1);
}

TEST_F(SchedulerFaultsTest, WeightsThatOverflowInAnEpochsLastStepAreToldFromALostLoss) {
  engine::Rows rows = engine::LoadDigits();
  for (float& feature : rows.features) feature *= 1e37F;
  DatasetRecord record = dataset_;
  record.id = "huge";
  ASSERT_TRUE(Publish(record, {Bytes(rows.features), Bytes(rows.classes)}).ok());
  decode_ = [](const std::string&) {
    engine::TrainingSpec spec = engine::DigitsSpec();
    // All rows are one batch, and zero weights give it a finite loss.
    spec.batch_size = 2000;
    spec.model.layers = {
        {"", engine::DenseSpec{.units = 10, .kernel_initializer = {.kind = engine::InitializerKind::kZeros}}},
        {"", engine::ActivationSpec{.function = engine::ActivationFunction::kSoftmax}}};
    spec.optimizer.kind = engine::SgdSpec{.learning_rate = 1000};
    return spec;
  };
  StartScheduler();
  JobRecord job;
  job.id = "first";
  job.dataset_id = "huge";
  job.spec_json = "1";
  ASSERT_TRUE(scheduler_->Submit(job).ok());
  const JobError error = ErrorOf("first");
  EXPECT_EQ(error.reason, JobErrorReason::kDiverged);
  EXPECT_EQ(error.step, 1);  // it was completed
  EXPECT_THAT(error.message, AllOf(HasSubstr("weight"), HasSubstr("step 1, first in the"),
                                   HasSubstr("of layer dense_1: try"), HasSubstr("100 instead of 1000")));
  EXPECT_EQ(error.layer, "dense_1");
}

TEST_F(SchedulerFaultsTest, DamagedDataIsDataLoss) {
  std::fstream file(BlobPath(dataset_.feature_part.sha256), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(1000).put('\x55');
  file.close();
  Reopen();
  StartScheduler();
  ASSERT_TRUE(Submit("first").ok());
  EXPECT_EQ(ErrorOf("first").reason, JobErrorReason::kDataLoss);
}

TEST_F(SchedulerFaultsTest, MissingDataIsDataLoss) {
  std::filesystem::remove(BlobPath(dataset_.label_part.sha256));
  StartScheduler();
  ASSERT_TRUE(Submit("first").ok());
  EXPECT_EQ(ErrorOf("first").reason, JobErrorReason::kDataLoss);
}

TEST_F(SchedulerFaultsTest, AMissingValidationDatasetIsDataLoss) {
  DatasetRecord record = dataset_;
  record.id = "more";
  ASSERT_TRUE(Publish(record, {"features", "labels"}).ok());
  StartScheduler();
  JobRecord job;
  job.id = "first";
  job.dataset_id = "digits";
  job.validation_dataset_id = "more";
  job.spec_json = "1";
  ASSERT_TRUE(scheduler_->Submit(job).ok());
  const JobError error = ErrorOf("first");
  EXPECT_EQ(error.reason, JobErrorReason::kDataLoss);
  EXPECT_THAT(error.message, HasSubstr("datasets/more"));
}

// The check at submission is passed by: nine outputs for ten classes.
TEST_F(SchedulerFaultsTest, DataThatTheNetworkCannotTakeIsInvalidData) {
  decode_ = [](const std::string&) {
    engine::TrainingSpec spec = engine::DigitsSpec();
    spec.model.layers = {{"", engine::DenseSpec{.units = 9}},
                         {"", engine::ActivationSpec{.function = engine::ActivationFunction::kSoftmax}}};
    return spec;
  };
  StartScheduler();
  ASSERT_TRUE(Submit("first").ok());
  const JobError error = ErrorOf("first");
  EXPECT_EQ(error.reason, JobErrorReason::kInvalidData);
  EXPECT_THAT(error.message, HasSubstr("9"));
}

TEST_F(SchedulerFaultsTest, OutOfMemoryIsResourceExhausted) {
  decode_ = [](const std::string&) -> absl::StatusOr<engine::TrainingSpec> { throw std::bad_alloc(); };
  StartScheduler();
  ASSERT_TRUE(Submit("first").ok());
  EXPECT_EQ(ErrorOf("first").reason, JobErrorReason::kResourceExhausted);
  ExpectTheNextJobSucceeds();
}

TEST_F(SchedulerFaultsTest, AnyOtherExceptionIsInternal) {
  decode_ = [](const std::string&) -> absl::StatusOr<engine::TrainingSpec> { throw std::runtime_error("oh dear"); };
  StartScheduler();
  ASSERT_TRUE(Submit("first").ok());
  const JobError error = ErrorOf("first");
  EXPECT_EQ(error.reason, JobErrorReason::kInternal);
  EXPECT_THAT(error.message, HasSubstr("oh dear"));
  ExpectTheNextJobSucceeds();
}

TEST_F(SchedulerFaultsTest, ASpecThatNobodyCanReadIsInternal) {
  decode_ = [](const std::string&) -> absl::StatusOr<engine::TrainingSpec> {
    return absl::InvalidArgumentError("no such field");
  };
  StartScheduler();
  ASSERT_TRUE(Submit("first").ok());
  EXPECT_EQ(ErrorOf("first").reason, JobErrorReason::kInternal);
}

// Each operation of the disk that keeping the weights takes, in turn.
TEST_F(SchedulerFaultsTest, WeightsAreWrittenAgainIfTheDiskFailsForAMoment) {
  StartScheduler();
  int64_t epochs = 0;
  for (const absl::Status& error : {FaultyFileSystem::DiskFull(), FaultyFileSystem::IoError()}) {
    int operation = 0;
    for (bool failed = true; failed;) {
      files_.FailAt(++operation, error);
      // Other weights each time: nothing of them is there.
      const std::string id = "job-" + std::to_string(++epochs);
      ASSERT_TRUE(Submit(id, epochs).ok());
      EXPECT_EQ(WaitForEnd(id).state, JobState::kSucceeded) << operation;
      failed = files_.failed();
      files_.FailAt(0);
      EXPECT_TRUE(blobs_->Map(models_->Get(id)->weights).ok());
      EXPECT_EQ(CountBlobs(), 2 + epochs) << operation;  // of what failed nothing is left
    }
    EXPECT_GT(operation, 5);
  }
  EXPECT_EQ(Metric("traind_jobs_held_up_total"), 0);  // the training itself was done
}

TEST_F(SchedulerFaultsTest, WeightsWaitForADiskThatStaysFull) {
  StartScheduler();
  files_.FailFrom(1);
  ASSERT_TRUE(Submit("first", 2).ok());
  while (files_.failures() < 3) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_EQ(jobs_->Get("first")->state, JobState::kRunning);
  files_.FailAt(0);
  EXPECT_EQ(WaitForEnd("first").state, JobState::kSucceeded);
}

TEST_F(SchedulerFaultsTest, AJobThatWaitsForTheDiskCanBeCancelled) {
  StartScheduler();
  files_.FailFrom(1);
  ASSERT_TRUE(Submit("first").ok());
  while (!files_.failed()) absl::SleepFor(absl::Milliseconds(1));
  ASSERT_TRUE(scheduler_->Cancel("first").ok());
  EXPECT_EQ(WaitForEnd("first").state, JobState::kCancelled);
  EXPECT_EQ(CountBlobs(), 2);
}

TEST_F(SchedulerFaultsTest, DataThatCannotBeReadForAWhileIsReadLater) {
  StartScheduler();
  files_.FailMaps(1, 3, absl::ResourceExhaustedError("Too many open files"));
  ASSERT_TRUE(Submit("first").ok());
  EXPECT_EQ(WaitForEnd("first").state, JobState::kSucceeded);
  EXPECT_EQ(Metric("traind_jobs_held_up_total"), 3);
}

// The cancel comes so late that the training ends on its own before it is seen.
TEST_F(SchedulerFaultsTest, WeightsOfAJobCancelledAtItsEndGo) {
  decode_ = [&](const std::string& json) {
    EXPECT_TRUE(jobs_->RequestCancel("first", absl::Now()).ok());  // behind the scheduler's back
    return Spec(json);
  };
  StartScheduler();
  ASSERT_TRUE(Submit("first").ok());
  EXPECT_EQ(WaitForEnd("first").state, JobState::kCancelled);
  ASSERT_TRUE(scheduler_->Drain(absl::InfiniteFuture()).ok());
  EXPECT_EQ(CountBlobs(), 2);
}

TEST_F(SchedulerFaultsTest, WeightsThatAnotherModelHasStay) {
  StartScheduler();
  ASSERT_TRUE(Submit("twin").ok());
  EXPECT_EQ(WaitForEnd("twin").state, JobState::kSucceeded);
  decode_ = [&](const std::string& json) {
    EXPECT_TRUE(jobs_->RequestCancel("first", absl::Now()).ok());
    return Spec(json);
  };
  ASSERT_TRUE(Submit("first").ok());
  EXPECT_EQ(WaitForEnd("first").state, JobState::kCancelled);
  ASSERT_TRUE(scheduler_->Drain(absl::InfiniteFuture()).ok());
  EXPECT_TRUE(blobs_->Map(models_->Get("twin")->weights).ok());
}

// A worker whose job was given to another must neither write nor publish.
TEST_F(SchedulerFaultsTest, ARunWithoutItsClaimChangesNothing) {
  decode_ = [&](const std::string& json) {
    if (json == "1") return Spec(json);
    EXPECT_TRUE(jobs_->RecoverInterrupted(absl::Now()).ok());
    EXPECT_TRUE(jobs_->Claim("another", absl::Now(), absl::InfiniteFuture())->has_value());
    return Spec(json);
  };
  StartScheduler();
  ASSERT_TRUE(Submit("first", kForever).ok());
  ASSERT_TRUE(Submit("second", 1).ok());
  // The one worker is free for it because the first run gave up at its first write.
  EXPECT_EQ(WaitForEnd("second").state, JobState::kSucceeded);
  const JobRecord job = *jobs_->Get("first");
  EXPECT_EQ(job.owner, "another");
  EXPECT_EQ(job.state, JobState::kRunning);
  EXPECT_EQ(job.last_sequence, 4);  // QUEUED, RUNNING, QUEUED, RUNNING
}

TEST_F(SchedulerFaultsTest, ASuccessThatTheDatabaseRefusesIsInternal) {
  StartScheduler();
  // The model's row is refused.
  ASSERT_TRUE(database_
                  ->Write([](soci::session& sql) {
                    sql << "CREATE TRIGGER refuse BEFORE INSERT ON models WHEN NEW.id = 'first' "
                           "BEGIN SELECT RAISE(ABORT, 'no such luck'); END";
                    return absl::OkStatus();
                  })
                  .ok());
  ASSERT_TRUE(Submit("first").ok());
  const JobError error = ErrorOf("first");
  EXPECT_EQ(error.reason, JobErrorReason::kInternal);
  EXPECT_EQ(error.step, 45);
  EXPECT_THAT(error.message, AllOf(HasSubstr("SUCCEEDED"), HasSubstr("no such luck")));
  ExpectTheNextJobSucceeds();
  EXPECT_EQ(CountBlobs(), 3);  // the weights of `next` alone, which are those of `first`
}

TEST_F(SchedulerFaultsTest, AnEndThatTheDatabaseAlwaysRefusesIsGivenUp) {
  StartScheduler();
  ASSERT_TRUE(database_
                  ->Write([](soci::session& sql) {
                    sql << "CREATE TRIGGER refuse BEFORE UPDATE OF end_time ON jobs WHEN NEW.id = 'first' "
                           "BEGIN SELECT RAISE(ABORT, 'no such luck'); END";
                    return absl::OkStatus();
                  })
                  .ok());
  ASSERT_TRUE(Submit("first").ok());
  ExpectTheNextJobSucceeds();  // on the same worker
  EXPECT_EQ(jobs_->Get("first")->state, JobState::kRunning);
}

TEST_F(SchedulerFaultsTest, APauseThatTheDatabaseRefusesIsLeftToTheNextStart) {
  StartScheduler();
  const auto run = [this](const char* statement) {
    return database_->Write([=](soci::session& sql) {
      sql << statement;
      return absl::OkStatus();
    });
  };
  ASSERT_TRUE(run("CREATE TRIGGER refuse BEFORE UPDATE OF state ON jobs WHEN NEW.state = 'PAUSED' "
                  "BEGIN SELECT RAISE(ABORT, 'no such luck'); END")
                  .ok());
  ASSERT_TRUE(Submit("first", kForever).ok());
  WaitForFirstEpoch("first");
  ASSERT_TRUE(scheduler_->Pause("first").ok());
  ExpectTheNextJobSucceeds();  // on the same worker
  EXPECT_EQ(jobs_->Get("first")->state, JobState::kPausing);
  ASSERT_TRUE(run("DROP TRIGGER refuse").ok());
  RestartServer();
  EXPECT_EQ(jobs_->Get("first")->state, JobState::kPaused);
}

TEST_F(SchedulerFaultsTest, AThreadThatCannotBeMadeIsResourceExhausted) {
  MakeScheduler(2);
  ASSERT_TRUE(Submit("first").ok());
  pthread_attr_t before;
  pthread_attr_t greedy;
  ASSERT_EQ(pthread_getattr_default_np(&before), 0);
  ASSERT_EQ(pthread_attr_init(&greedy), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&greedy, size_t{1} << 47), 0);  // more than there are addresses
  ASSERT_EQ(pthread_setattr_default_np(&greedy), 0);
  const absl::Status started = scheduler_->Start();
  ASSERT_EQ(pthread_setattr_default_np(&before), 0);
  EXPECT_TRUE(absl::IsResourceExhausted(started)) << started;
  EXPECT_THAT(std::string(started.message()), HasSubstr("thread 1 of 2"));
  EXPECT_TRUE(scheduler_->Drain(absl::Now() + kPatience).ok());
  EXPECT_EQ(jobs_->Get("first")->state, JobState::kQueued);
}

}  // namespace
}  // namespace traind
