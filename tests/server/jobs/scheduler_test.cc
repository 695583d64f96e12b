#include "server/jobs/scheduler.h"

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "engine/formats/safetensors.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/errors/errors.h"
#include "tests/server/jobs/jobs_fixture.h"

namespace traind {
namespace {

using ::testing::ElementsAre;
using ::testing::Key;
using ::testing::UnorderedElementsAre;

constexpr auto kQueued = JobState::kQueued;
constexpr auto kRunning = JobState::kRunning;
constexpr auto kCancelling = JobState::kCancelling;
constexpr auto kSucceeded = JobState::kSucceeded;
constexpr auto kCancelled = JobState::kCancelled;

class SchedulerTest : public JobsFixture {};

TEST_F(SchedulerTest, TrainsAJobToItsModel) {
  StartScheduler();
  ASSERT_EQ(Submit("first", 3)->state, kQueued);
  const JobRecord job = WaitForEnd("first");
  ASSERT_EQ(job.state, kSucceeded) << (job.error ? job.error->message : "");
  EXPECT_EQ(job.attempt, 1);
  EXPECT_EQ(job.owner, "test");
  EXPECT_EQ(job.progress.epoch, 3);
  EXPECT_EQ(job.progress.step, job.progress.steps);
  EXPECT_THAT(StatesInLog("first"), ElementsAre(kQueued, kRunning, kSucceeded));

  ASSERT_TRUE(job.result);
  EXPECT_THAT(job.result->metrics,
              UnorderedElementsAre(Key("loss"), Key("accuracy"), Key("val_loss"), Key("val_accuracy")));
  EXPECT_GT(job.result->metrics.at("val_accuracy"), 0.8);
  EXPECT_GT(job.result->train_seconds, 0);
  EXPECT_EQ(job.result->threads, 1);
  EXPECT_TRUE(job.result->profile.empty());

  auto model = models_->Get("first");
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ(model->job_id, "first");
  EXPECT_EQ(model->dataset_sha256, dataset_.sha256);
  EXPECT_EQ(model->spec_json, "3");
  EXPECT_EQ(model->weights.sha256, job.result->weights_sha256);
  EXPECT_EQ(model->parameters, 64 * 128 + 128 + 4 * 128 + 128 * 64 + 64 + 4 * 64 + 64 * 10 + 10);
  auto weights = blobs_->Map(model->weights);
  ASSERT_TRUE(weights.ok()) << weights.status();
  EXPECT_TRUE(engine::ParseSafetensors((*weights)->bytes()).ok());
}

TEST_F(SchedulerTest, AProfileSaysWhereTheTimeWent) {
  decode_ = [](const std::string& json) {
    absl::StatusOr<engine::TrainingSpec> spec = Spec(json);
    spec->profile = true;
    return spec;
  };
  StartScheduler();
  ASSERT_TRUE(Submit("first", 3).ok());
  const JobRecord job = WaitForEnd("first");
  ASSERT_TRUE(job.result);
  std::vector<std::string> phases;
  double seconds = 0;
  for (const PhaseTime& time : job.result->profile) {
    phases.push_back(time.phase);
    seconds += time.seconds;
  }
  EXPECT_THAT(phases, ElementsAre("gather", "forward", "loss", "backward", "update", "other"));
  EXPECT_NEAR(seconds, job.result->train_seconds, 1e-9);
  EXPECT_EQ(Metric("traind_step_phase_seconds_count{phase=\"forward\"}"), job.progress.steps);
}

TEST_F(SchedulerTest, LogsEveryEpochAndLastTheEnd) {
  StartScheduler();
  ASSERT_TRUE(Submit("first", 50).ok());
  const std::vector<JobEvent> log = WatchReader(hub_, *jobs_, "first", 0).ReadToEnd();
  int64_t epoch = 0;
  for (size_t i = 0; i < log.size(); ++i) {
    EXPECT_EQ(log[i].sequence, static_cast<int64_t>(i) + 1);
    if (const auto* ended = std::get_if<EpochEnded>(&log[i].kind)) {
      EXPECT_EQ(ended->progress.epoch, ++epoch);
      EXPECT_EQ(ended->progress.metrics.size(), 4u);
    }
  }
  EXPECT_EQ(epoch, 50);
  EXPECT_EQ(std::get<StateChanged>(log.back().kind).state, kSucceeded);
  EXPECT_TRUE(std::get<StateChanged>(log.back().kind).result);
}

TEST_F(SchedulerTest, TellsPrometheus) {
  StartScheduler(2);
  ASSERT_TRUE(Submit("first", 2).ok());
  const JobRecord job = WaitForEnd("first");
  ASSERT_TRUE(scheduler_->Drain(absl::InfiniteFuture()).ok());
  ASSERT_TRUE(scheduler_->UpdateGauges().ok());
  EXPECT_EQ(Metric("traind_cores"), 2);
  EXPECT_EQ(Metric("traind_jobs_submitted_total"), 1);
  EXPECT_EQ(Metric("traind_jobs_finished_total{reason=\"\",state=\"SUCCEEDED\"}"), 1);
  EXPECT_EQ(Metric("traind_jobs{state=\"SUCCEEDED\"}"), 1);
  EXPECT_EQ(Metric("traind_jobs{state=\"QUEUED\"}"), 0);
  EXPECT_EQ(Metric("traind_training_steps_total"), job.progress.steps);
  EXPECT_EQ(Metric("traind_training_samples_total"), 2 * 1437);
  EXPECT_EQ(Metric("traind_job_queue_wait_seconds_count"), 1);
  EXPECT_EQ(Metric("traind_job_duration_seconds_count"), 1);
  EXPECT_GE(Metric("traind_core_busy_seconds_total"), job.result->train_seconds);
  const double busy = Metric("traind_core_busy_seconds_total");
  ASSERT_TRUE(scheduler_->UpdateGauges().ok());
  EXPECT_EQ(Metric("traind_core_busy_seconds_total"), busy);  // told once
  EXPECT_EQ(Metric("traind_cores_reserved"), 0);
  EXPECT_EQ(Metric("traind_job_memory_reserved_bytes"), 0);
  EXPECT_EQ(Metric("traind_oldest_queued_job_age_seconds"), 0);
}

TEST_F(SchedulerTest, TwoJobsRunAtOnceOnTwoCores) {
  absl::Mutex mutex;
  int inside = 0;
  decode_ = [&](const std::string& json) {
    absl::MutexLock lock(&mutex);
    ++inside;
    auto both = [&] { return inside == 2; };
    EXPECT_TRUE(mutex.AwaitWithTimeout(absl::Condition(&both), kPatience)) << "the other job does not start";
    return Spec(json);
  };
  StartScheduler(2);
  ASSERT_TRUE(Submit("a").ok());
  ASSERT_TRUE(Submit("b").ok());
  EXPECT_EQ(WaitForEnd("a").state, kSucceeded);
  EXPECT_EQ(WaitForEnd("b").state, kSucceeded);
}

TEST_F(SchedulerTest, JobsRunInTheirOrderOnOneCore) {
  MakeScheduler();
  for (const char* id : {"c", "a", "b"}) ASSERT_TRUE(Submit(id).ok());
  ASSERT_TRUE(scheduler_->Start().ok());
  for (const char* id : {"c", "a", "b"}) EXPECT_EQ(WaitForEnd(id).state, kSucceeded);
  EXPECT_LE(*jobs_->Get("c")->end_time, *jobs_->Get("a")->start_time);
  EXPECT_LE(*jobs_->Get("a")->end_time, *jobs_->Get("b")->start_time);
}

TEST_F(SchedulerTest, AJobHasTheThreadsItWasSubmittedWith) {
  StartScheduler(2);
  ASSERT_EQ(Submit("one", 1)->threads, 1);
  ASSERT_EQ(Submit("two", 1, 2)->threads, 2);
  EXPECT_EQ(WaitForEnd("one").result->threads, 1);
  EXPECT_EQ(WaitForEnd("two").result->threads, 2);
  EXPECT_EQ(models_->Get("two")->threads, 2);
}

// With a one-thread job on one of two cores, a two-thread job waits, and so does the job behind it.
TEST_F(SchedulerTest, ALargeJobWaitsForItsCoresAndIsNotOvertaken) {
  StartScheduler(2);
  ASSERT_TRUE(Submit("running", kForever).ok());
  WaitForFirstEpoch("running");
  ASSERT_TRUE(Submit("large", 1, 2).ok());
  ASSERT_TRUE(Submit("small", 1).ok());
  EXPECT_EQ(jobs_->Get("large")->state, kQueued);
  EXPECT_EQ(jobs_->Get("small")->state, kQueued);
  ASSERT_TRUE(scheduler_->UpdateGauges().ok());
  EXPECT_EQ(Metric("traind_cores_reserved"), 1);
  EXPECT_GT(Metric("traind_oldest_queued_job_age_seconds"), 0);
  ASSERT_TRUE(scheduler_->Cancel("running").ok());
  EXPECT_EQ(WaitForEnd("large").state, kSucceeded);
  EXPECT_EQ(WaitForEnd("small").state, kSucceeded);
  EXPECT_LE(*jobs_->Get("running")->end_time, *jobs_->Get("large")->start_time);
  EXPECT_LE(*jobs_->Get("large")->end_time, *jobs_->Get("small")->start_time);
}

TEST_F(SchedulerTest, TheCancelOfALargeJobLetsThoseBehindItStart) {
  StartScheduler(2);
  ASSERT_TRUE(Submit("running", kForever).ok());
  WaitForFirstEpoch("running");
  ASSERT_TRUE(Submit("large", 1, 2).ok());
  ASSERT_TRUE(Submit("small", 1).ok());
  EXPECT_EQ(scheduler_->Cancel("large")->state, kCancelled);
  EXPECT_EQ(WaitForEnd("small").state, kSucceeded);
  EXPECT_EQ(jobs_->Get("running")->state, kRunning);
}

TEST_F(SchedulerTest, AfterARestartOnFewerCoresALargeJobTakesThoseThereAre) {
  MakeScheduler(2);
  ASSERT_TRUE(Submit("large", 1, 2).ok());
  RestartServer(1);
  const JobRecord job = WaitForEnd("large");
  EXPECT_EQ(job.threads, 1);
  EXPECT_EQ(job.result->threads, 1);
}

TEST_F(SchedulerTest, ALargeJobThatWasInterruptedKeepsItsThreads) {
  StartScheduler(2);
  ASSERT_TRUE(Submit("large", kForever, 2).ok());
  WaitForFirstEpoch("large");
  ASSERT_TRUE(scheduler_->Drain(absl::Now() + kPatience).ok());
  EXPECT_EQ(jobs_->Get("large")->threads, 2);
  RestartServer(2);
  ASSERT_TRUE(Submit("small").ok());
  WatchReader(hub_, *jobs_, "large", jobs_->Get("large")->last_sequence).ReadUntil(IsEpoch);
  EXPECT_EQ(jobs_->Get("small")->state, kQueued);
  ASSERT_TRUE(scheduler_->Cancel("large").ok());
  EXPECT_EQ(WaitForEnd("small").state, kSucceeded);
}

TEST_F(SchedulerTest, EqualSpecsGiveEqualWeights) {
  StartScheduler(2);
  ASSERT_TRUE(Submit("a", 2).ok());
  ASSERT_TRUE(Submit("b", 2).ok());
  ASSERT_TRUE(Submit("c", 3).ok());
  const std::string a = WaitForEnd("a").result->weights_sha256;
  EXPECT_EQ(a, WaitForEnd("b").result->weights_sha256);
  EXPECT_NE(a, WaitForEnd("c").result->weights_sha256);
}

TEST_F(SchedulerTest, ARepeatedRequestIsOneJob) {
  MakeScheduler();
  JobRecord job;
  job.id = "first";
  job.dataset_id = "digits";
  job.spec_json = "1";
  job.request = {"request-1", "body"};
  ASSERT_TRUE(scheduler_->Submit(job).ok());
  absl::StatusOr<JobRecord> repeat = scheduler_->Submit(job);
  ASSERT_TRUE(repeat.ok()) << repeat.status();
  EXPECT_EQ(repeat->id, "first");
  EXPECT_EQ(Metric("traind_jobs_submitted_total"), 1);
  job.request.body_sha256 = "another";
  EXPECT_TRUE(absl::IsAlreadyExists(scheduler_->Submit(job).status()));
}

TEST_F(SchedulerTest, CancelsAQueuedJob) {
  MakeScheduler();
  ASSERT_TRUE(Submit("first").ok());
  EXPECT_EQ(scheduler_->Cancel("first")->state, kCancelled);
  ASSERT_TRUE(scheduler_->Start().ok());
  ASSERT_TRUE(Submit("second").ok());
  EXPECT_EQ(WaitForEnd("second").state, kSucceeded);
  EXPECT_THAT(StatesInLog("first"), ElementsAre(kQueued, kCancelled));
  EXPECT_EQ(Metric("traind_jobs_finished_total{reason=\"\",state=\"CANCELLED\"}"), 1);
}

TEST_F(SchedulerTest, CancelsARunningJob) {
  StartScheduler();
  ASSERT_TRUE(Submit("first", kForever).ok());
  WaitForFirstEpoch("first");
  EXPECT_EQ(scheduler_->Cancel("first")->state, kCancelling);
  const JobRecord job = WaitForEnd("first");
  EXPECT_EQ(job.state, kCancelled);
  EXPECT_GE(job.progress.epoch, 1);
  EXPECT_FALSE(job.error);
  EXPECT_THAT(StatesInLog("first"), ElementsAre(kQueued, kRunning, kCancelling, kCancelled));
  EXPECT_TRUE(absl::IsNotFound(models_->Get("first").status()));
}

TEST_F(SchedulerTest, CancelsAJobThatIsClaimedButNotYetTraining) {
  absl::Notification claimed, go_on;
  decode_ = [&](const std::string& json) {
    claimed.Notify();
    go_on.WaitForNotification();
    return Spec(json);
  };
  StartScheduler();
  ASSERT_TRUE(Submit("first", kForever).ok());
  claimed.WaitForNotification();
  EXPECT_EQ(scheduler_->Cancel("first")->state, kCancelling);
  go_on.Notify();
  const JobRecord job = WaitForEnd("first");
  EXPECT_EQ(job.state, kCancelled);
  EXPECT_EQ(job.progress.step, 0);
}

TEST_F(SchedulerTest, LeavesAnEndedJobAsItIsWhenCancelled) {
  StartScheduler();
  ASSERT_TRUE(Submit("first").ok());
  const JobRecord ended = WaitForEnd("first");
  absl::StatusOr<JobRecord> cancelled = scheduler_->Cancel("first");
  ASSERT_TRUE(cancelled.ok());
  EXPECT_EQ(cancelled->state, kSucceeded);
  EXPECT_EQ(cancelled->last_sequence, ended.last_sequence);
  EXPECT_EQ(Metric("traind_jobs_finished_total{reason=\"\",state=\"CANCELLED\"}"), 0);
  EXPECT_TRUE(absl::IsNotFound(scheduler_->Cancel("nobody").status()));
}

// Wherever in a job's life the cancel comes, it ends, once.
TEST_F(SchedulerTest, CancelsAtAnyMoment) {
  StartScheduler(2);
  for (int i = 0; i < 60; ++i) {
    const std::string id = absl::StrCat("job-", i);
    ASSERT_TRUE(Submit(id, i % 2 == 0 ? 1 : kForever).ok());
    absl::SleepFor(absl::Microseconds(i * 150));
    ASSERT_TRUE(scheduler_->Cancel(id).ok());
  }
  double cancelled = 0;
  double succeeded = 0;
  for (int i = 0; i < 60; ++i) {
    const std::string id = absl::StrCat("job-", i);
    const JobRecord job = WaitForEnd(id);
    EXPECT_TRUE(job.state == kCancelled || (i % 2 == 0 && job.state == kSucceeded));
    EXPECT_EQ(models_->Get(id).ok(), job.state == kSucceeded);
    ++(job.state == kCancelled ? cancelled : succeeded);
    StatesInLog(id);
  }
  ASSERT_TRUE(scheduler_->Drain(absl::InfiniteFuture()).ok());
  EXPECT_EQ(Metric("traind_jobs_finished_total{reason=\"\",state=\"CANCELLED\"}"), cancelled);
  EXPECT_EQ(std::max(Metric("traind_jobs_finished_total{reason=\"\",state=\"SUCCEEDED\"}"), 0.0), succeeded);
}

TEST_F(SchedulerTest, RefusesWhenTheQueueIsFull) {
  MakeScheduler(1, 2);
  ASSERT_TRUE(Submit("a").ok());
  ASSERT_TRUE(Submit("b").ok());
  JobRecord job;
  job.id = "c";
  job.dataset_id = "digits";
  job.spec_json = "1";
  const absl::Status refused = scheduler_->Submit(job).status();
  EXPECT_TRUE(absl::IsResourceExhausted(refused)) << refused;
  const ErrorDetails details = DetailsOf(refused);
  EXPECT_EQ(details.reason, "QUEUE_FULL");
  EXPECT_EQ(details.metadata.at("queued"), "2");
  EXPECT_EQ(details.metadata.at("max_queued"), "2");
  EXPECT_EQ(scheduler_->CheckSubmittable(job), refused);  // the payload too
  EXPECT_GT(details.retry_delay, absl::ZeroDuration());
  EXPECT_TRUE(absl::IsNotFound(jobs_->Get("c").status()));
  ASSERT_TRUE(scheduler_->Start().ok());
  WaitForEnd("b");
  EXPECT_TRUE(Submit("c").ok());
}

TEST_F(SchedulerTest, DrainQueuesTheRunningJobAgain) {
  StartScheduler();
  ASSERT_TRUE(Submit("first", 300).ok());
  ASSERT_TRUE(Submit("second").ok());
  WaitForFirstEpoch("first");
  ASSERT_TRUE(scheduler_->Drain(absl::Now() + kPatience).ok());
  EXPECT_EQ(jobs_->Get("first")->state, kQueued);
  EXPECT_EQ(jobs_->Get("second")->state, kQueued);
  ASSERT_TRUE(Submit("third").ok());  // waits for the next start
  EXPECT_EQ(jobs_->Get("third")->state, kQueued);

  RestartServer();
  const JobRecord job = WaitForEnd("first");
  EXPECT_EQ(job.state, kSucceeded);
  EXPECT_EQ(job.attempt, 2);
  EXPECT_THAT(StatesInLog("first"), ElementsAre(kQueued, kRunning, kQueued, kRunning, kSucceeded));
  EXPECT_EQ(WaitForEnd("third").state, kSucceeded);
}

TEST_F(SchedulerTest, DrainWaitsNoLongerThanItsDeadline) {
  absl::Notification claimed, go_on;
  decode_ = [&](const std::string& json) {
    claimed.Notify();
    go_on.WaitForNotification();
    return Spec(json);
  };
  StartScheduler();
  ASSERT_TRUE(Submit("first", kForever).ok());
  claimed.WaitForNotification();
  EXPECT_TRUE(absl::IsDeadlineExceeded(scheduler_->Drain(absl::Now() + absl::Milliseconds(20))));
  EXPECT_EQ(jobs_->Get("first")->state, kRunning);
  go_on.Notify();
  EXPECT_TRUE(scheduler_->Drain(absl::Now() + kPatience).ok());
  EXPECT_EQ(jobs_->Get("first")->state, kQueued);
}

// A server that must end does not wait for a job that sees no stop.
TEST_F(SchedulerTest, WhatIsAbandonedIsQueuedAgainAndChangesNothingAnyMore) {
  absl::Notification claimed, go_on;
  decode_ = [&](const std::string& json) {
    claimed.Notify();
    go_on.WaitForNotification();
    return Spec(json);
  };
  StartScheduler();
  ASSERT_TRUE(Submit("first").ok());
  claimed.WaitForNotification();
  ASSERT_TRUE(absl::IsDeadlineExceeded(scheduler_->Drain(absl::Now())));
  scheduler_->Abandon();
  EXPECT_EQ(jobs_->Get("first")->state, kQueued);
  EXPECT_TRUE(jobs_->RecoverInterrupted(absl::Now(), 1)->empty()) << "it was no crash";
  go_on.Notify();
  EXPECT_TRUE(scheduler_->Drain(absl::Now() + kPatience).ok());
  EXPECT_THAT(StatesInLog("first"), ElementsAre(kQueued, kRunning, kQueued));
  EXPECT_TRUE(absl::IsNotFound(models_->Get("first").status()));
  decode_ = nullptr;
  RestartServer();
  EXPECT_EQ(WaitForEnd("first").state, kSucceeded);
}

TEST_F(SchedulerTest, DrainEndsACancelledJobAsCancelled) {
  absl::Notification claimed, go_on;
  decode_ = [&](const std::string& json) {
    claimed.Notify();
    go_on.WaitForNotification();
    return Spec(json);
  };
  StartScheduler();
  ASSERT_TRUE(Submit("first", kForever).ok());
  claimed.WaitForNotification();
  EXPECT_TRUE(absl::IsDeadlineExceeded(scheduler_->Drain(absl::InfinitePast())));
  EXPECT_EQ(scheduler_->Cancel("first")->state, kCancelling);
  go_on.Notify();
  EXPECT_TRUE(scheduler_->Drain(absl::InfiniteFuture()).ok());
  EXPECT_EQ(jobs_->Get("first")->state, kCancelled);
}

TEST_F(SchedulerTest, DrainsAtAnyMoment) {
  for (int i = 0; i < 20; ++i) {
    StartScheduler(2);
    ASSERT_TRUE(Submit(absl::StrCat("job-", i), 3).ok());
    absl::SleepFor(absl::Microseconds(i * 300));
    ASSERT_TRUE(scheduler_->Drain(absl::Now() + kPatience).ok());
    const auto counts = jobs_->CountByState();
    EXPECT_EQ(counts->at(kRunning) + counts->at(kCancelling), 0);
  }
  StartScheduler(2);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(WaitForEnd(absl::StrCat("job-", i)).state, kSucceeded);
    StatesInLog(absl::StrCat("job-", i));
  }
}

TEST_F(SchedulerTest, RunsAgainWhatAKilledServerLeftRunning) {
  MakeScheduler();
  ASSERT_TRUE(Submit("first", 2).ok());
  ASSERT_TRUE(Submit("second", 2).ok());
  ASSERT_TRUE((*jobs_->Claim("killed", absl::Now(), absl::InfiniteFuture())).has_value());
  ASSERT_TRUE((*jobs_->Claim("killed", absl::Now(), absl::InfiniteFuture())).has_value());
  ASSERT_EQ(jobs_->RequestCancel("second", absl::Now())->state, kCancelling);
  RestartServer();
  const JobRecord job = WaitForEnd("first");
  EXPECT_EQ(job.state, kSucceeded);
  EXPECT_EQ(job.attempt, 2);
  EXPECT_THAT(StatesInLog("first"), ElementsAre(kQueued, kRunning, kQueued, kRunning, kSucceeded));
  EXPECT_THAT(StatesInLog("second"), ElementsAre(kQueued, kRunning, kCancelling, kCancelled));
}

TEST_F(SchedulerTest, RecoverCountsTheJobsThatItEnds) {
  MakeScheduler();
  ASSERT_TRUE(Submit("deadly").ok());
  for (int64_t crash = 1; crash < 3; ++crash) {
    ASSERT_TRUE((*jobs_->Claim("killed", absl::Now(), absl::InfiniteFuture())).has_value());
    ASSERT_TRUE(jobs_->RecoverInterrupted(absl::Now()).ok());
  }
  ASSERT_TRUE(Submit("cancelled").ok());
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE((*jobs_->Claim("killed", absl::Now(), absl::InfiniteFuture())).has_value());
  }
  ASSERT_EQ(jobs_->RequestCancel("cancelled", absl::Now())->state, kCancelling);
  ASSERT_TRUE(scheduler_->Recover().ok());  // before there is any worker
  EXPECT_EQ(jobs_->Get("deadly")->state, JobState::kFailed);
  EXPECT_EQ(jobs_->Get("cancelled")->state, kCancelled);
  EXPECT_EQ(Metric("traind_recovered_jobs"), 2);
  EXPECT_EQ(Metric("traind_jobs_finished_total{reason=\"INTERNAL\",state=\"FAILED\"}"), 1);
  EXPECT_EQ(Metric("traind_jobs_finished_total{reason=\"\",state=\"CANCELLED\"}"), 1);
}

TEST_F(SchedulerTest, AJobSurvivesAnyNumberOfCleanStops) {
  for (int i = 0; i < 4; ++i) {
    RestartServer();
    if (i == 0) {
      ASSERT_TRUE(Submit("first", kForever).ok());
    }
    WatchReader(hub_, *jobs_, "first", jobs_->Get("first")->last_sequence).ReadUntil(IsEpoch);
    ASSERT_TRUE(scheduler_->Drain(absl::Now() + kPatience).ok());
    EXPECT_EQ(jobs_->Get("first")->state, kQueued) << i;
  }
}

}  // namespace
}  // namespace traind
