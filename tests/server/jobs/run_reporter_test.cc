#include "server/jobs/run_reporter.h"

#include <atomic>
#include <new>
#include <thread>
#include <utility>

#include "absl/synchronization/notification.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/server/jobs/allocation_faults.h"
#include "tests/server/jobs/jobs_fixture.h"

namespace traind {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

class RunReporterTest : public JobsFixture {
 protected:
  void SetUp() override {
    JobsFixture::SetUp();
    claim_ = RunningJob("first");
    reporter_.emplace(*jobs_, hub_, metrics_, claim_, JobProgress(), stop_);
  }
  void TearDown() override {
    reporter_.reset();
    JobsFixture::TearDown();
  }

  // One step of ten rows, so many seconds after the one before.
  void Step(double seconds, double loss = 1) {
    ++progress_.step;
    progress_.samples += 10;
    progress_.seconds += seconds;
    loss_sum_ += loss;
    progress_.mean_loss = loss_sum_ / static_cast<double>(++epoch_steps_);
    reporter_->OnStep(progress_, loss);
  }
  void Epoch() {
    ++progress_.epoch;
    loss_sum_ = 0;
    epoch_steps_ = 0;
    reporter_->OnEpoch(progress_, {{"loss", 0.5}, {"accuracy", 0.25}});
  }

  // What the reporter wrote, after QUEUED and RUNNING.
  std::vector<JobEvent> Written() { return *jobs_->ReadLog("first", 2, 1'000'000); }

  JobClaim claim_;
  std::stop_source stop_;
  engine::TrainingProgress progress_ = {.epochs = 9, .steps = 900};
  double loss_sum_ = 0;  // of the epoch
  int64_t epoch_steps_ = 0;
  std::optional<RunReporter> reporter_;
};

TEST_F(RunReporterTest, ReportsStepsAFewTimesASecond) {
  for (int i = 0; i < 1000; ++i) Step(0.01);  // ten seconds
  ASSERT_TRUE(reporter_->Flush().ok());
  EXPECT_THAT(Written().size(), testing::AllOf(testing::Ge(36u), testing::Le(40u)));
  EXPECT_EQ(Metric("traind_training_steps_total"), 1000);
  EXPECT_EQ(Metric("traind_training_samples_total"), 10'000);
}

TEST_F(RunReporterTest, TellsPrometheusOfPhasesOnce) {
  engine::StepTimes times;
  progress_.times = &times;
  for (int epoch = 0; epoch < 3; ++epoch) {
    for (engine::PhaseTimes& phase : times) phase.Add(std::chrono::microseconds(3));
    times.back().Add(std::chrono::seconds(2));
    Step(0.01);
    Epoch();
  }
  ASSERT_TRUE(reporter_->Flush().ok());
  EXPECT_EQ(Metric("traind_step_phase_seconds_count{phase=\"gather\"}"), 3);
  EXPECT_EQ(Metric("traind_step_phase_seconds_count{phase=\"update\"}"), 6);
  EXPECT_EQ(Metric("traind_step_phase_seconds_bucket{phase=\"update\",le=\"2e-06\"}"), 0);
  EXPECT_EQ(Metric("traind_step_phase_seconds_bucket{phase=\"update\",le=\"4e-06\"}"), 3);
  EXPECT_NEAR(Metric("traind_step_phase_seconds_sum{phase=\"update\"}"), 6, 1e-4);
}

TEST_F(RunReporterTest, TellsPrometheusOfThePhasesOfTheLastSteps) {
  engine::StepTimes times;
  progress_.times = &times;
  times.front().Add(std::chrono::microseconds(3));
  Step(0.01);  // no event
  EXPECT_EQ(Metric("traind_step_phase_seconds_count{phase=\"gather\"}"), 0);
  reporter_->OnEnd(progress_);
  EXPECT_EQ(Metric("traind_step_phase_seconds_count{phase=\"gather\"}"), 1);
}

TEST_F(RunReporterTest, TheEventOfAnEpochDoesNotWaitForASlowStep) {
  Step(100);  // reported and written
  Epoch();
  const absl::Time patience = absl::Now() + absl::Seconds(10);
  while (Written().size() < 2 && absl::Now() < patience) absl::SleepFor(absl::Milliseconds(5));
  EXPECT_EQ(Written().size(), 2u);
}

TEST_F(RunReporterTest, TellsTheRunningMeanOfTheLossBesideTheLastEpochsFigures) {
  Step(0.1, 4);
  Step(0.2, 2);  // reported
  Epoch();       // reported
  Step(0.1, 1);
  Step(0.2, 3);  // reported
  ASSERT_TRUE(reporter_->Flush().ok());
  const std::vector<JobEvent> events = Written();
  ASSERT_EQ(events.size(), 3u);
  EXPECT_THAT(std::get<Progressed>(events[0].kind).progress.metrics, ElementsAre(Pair("loss", 3)));
  const JobProgress& epoch = std::get<EpochEnded>(events[1].kind).progress;
  EXPECT_EQ(epoch.epoch, 1);
  EXPECT_THAT(epoch.metrics, ElementsAre(Pair("accuracy", 0.25), Pair("loss", 0.5)));
  const JobProgress& last = std::get<Progressed>(events[2].kind).progress;
  EXPECT_THAT(last.metrics, ElementsAre(Pair("accuracy", 0.25), Pair("loss", 2)));
  EXPECT_EQ(last.step, 4);
  EXPECT_EQ(last.steps, 900);
  EXPECT_DOUBLE_EQ(last.samples_per_second, 40 / 0.6);
  EXPECT_EQ(jobs_->Get("first")->progress.step, 4);
}

TEST_F(RunReporterTest, TellsWatchersOnceTheEventsAreInTheLog) {
  std::atomic<size_t> seen = 0;
  auto subscription = hub_.Subscribe("first", [&] { seen = Written().size(); });  // a test may read here
  Epoch();
  ASSERT_TRUE(reporter_->Flush().ok());
  EXPECT_EQ(seen, 1u);
}

TEST_F(RunReporterTest, ASlowDiskHoldsTheTrainingUpInsteadOfFillingTheMemory) {
  absl::Notification blocked, go_on;
  database_->WriteAsync(
      [&](soci::session&) {
        blocked.Notify();
        go_on.WaitForNotification();
        return absl::OkStatus();
      },
      [](const absl::Status&) {});
  blocked.WaitForNotification();
  constexpr int64_t kEpochs = 3 * RunReporter::kMaxGathered;
  std::atomic<int64_t> done = 0;
  std::thread training([&] {
    for (int64_t i = 0; i < kEpochs; ++i) {
      Epoch();
      done = i + 1;
    }
  });
  constexpr int64_t kHeld = 2 * RunReporter::kMaxGathered - 1;  // half are in the write, the last one waits
  for (int i = 0; i < 600 && done < kHeld; ++i) absl::SleepFor(absl::Milliseconds(50));
  absl::SleepFor(absl::Milliseconds(100));
  EXPECT_EQ(done, kHeld);
  go_on.Notify();
  training.join();
  ASSERT_TRUE(reporter_->Flush().ok());
  const std::vector<JobEvent> events = Written();
  ASSERT_EQ(static_cast<int64_t>(events.size()), kEpochs);
  for (int64_t i = 0; i < kEpochs; ++i) {
    ASSERT_EQ(events[i].sequence, i + 3);
    ASSERT_EQ(std::get<EpochEnded>(events[i].kind).progress.epoch, i + 1);
  }
}

TEST_F(RunReporterTest, ShortEpochsShareWrites) {
  std::atomic<int> writes = 0;
  auto subscription = hub_.Subscribe("first", [&] { ++writes; });
  for (int i = 0; i < 100; ++i) {  // half a second
    Step(0.0051);
    Epoch();
    if (i % 10 == 9) {  // a disk that keeps up
      while (writes < (i + 1) / 10 && !stop_.stop_requested()) absl::SleepFor(absl::Milliseconds(1));
    }
  }
  EXPECT_EQ(writes, 10);
  ASSERT_TRUE(reporter_->Flush().ok());
  EXPECT_EQ(Written().size(), 100u);
}

TEST_F(RunReporterTest, WhatALastWriteWouldHoldIsLeftToTheEnd) {
  Step(0.04);
  Epoch();
  absl::StatusOr<std::vector<JobEvent>> rest = reporter_->TakeRest();
  ASSERT_TRUE(rest.ok()) << rest.status();
  ASSERT_EQ(rest->size(), 1u);
  EXPECT_TRUE(IsEpoch(rest->front()));
  EXPECT_TRUE(Written().empty());
  EXPECT_EQ(Metric("traind_training_steps_total"), 1);
  ASSERT_TRUE(reporter_->Flush().ok());
  EXPECT_TRUE(Written().empty());
}

TEST_F(RunReporterTest, WhatWasToldIsNotToldAgain) {
  const JobProgress told = {.epoch = 2, .epochs = 9, .step = 25, .steps = 900, .metrics = {{"accuracy", 0.75}}};
  reporter_.emplace(*jobs_, hub_, metrics_, claim_, told, stop_);
  progress_.epoch = 1;
  progress_.step = 19;
  progress_.samples = 190;
  progress_.seconds = 100;
  reporter_->GoOn(progress_);
  Step(0.1);
  EXPECT_EQ(reporter_->progress().step, 25);
  Epoch();  // the second, which was told
  for (int i = 0; i < 5; ++i) Step(0.3);
  EXPECT_EQ(reporter_->progress().step, 25);
  Step(0.3, 7);  // 26, the first that was not
  Epoch();
  ASSERT_TRUE(reporter_->Flush().ok());
  const std::vector<JobEvent> events = Written();
  ASSERT_EQ(events.size(), 2u);
  const JobProgress& step = std::get<Progressed>(events[0].kind).progress;
  EXPECT_EQ(step.step, 26);
  EXPECT_THAT(step.metrics, ElementsAre(Pair("accuracy", 0.75), Pair("loss", 2)));
  EXPECT_EQ(std::get<EpochEnded>(events[1].kind).progress.epoch, 3);
  // Prometheus is told of what was done.
  EXPECT_EQ(Metric("traind_training_steps_total"), 7);
  EXPECT_EQ(Metric("traind_training_samples_total"), 70);
}

TEST_F(RunReporterTest, AFailedWriteStopsTheRun) {
  ASSERT_TRUE(jobs_->RecoverInterrupted(absl::Now()).ok());  // the claim is lost
  Epoch();
  EXPECT_TRUE(absl::IsAborted(reporter_->Flush()));
  EXPECT_TRUE(stop_.stop_requested());
  Epoch();
  EXPECT_TRUE(absl::IsAborted(reporter_->TakeRest().status()));
  EXPECT_EQ(Written().size(), 1u);  // QUEUED
}

// Each allocation that reporting an epoch takes, in turn.
TEST_F(RunReporterTest, MemoryThatRunsOutEndsTheRunAndNotTheServer) {
  int allocation = 1;
  for (bool failed = true; failed; ++allocation) {
    reporter_.emplace(*jobs_, hub_, metrics_, claim_, JobProgress(), stop_);
    allocations_left = allocation;
    try {
      Epoch();
    } catch (const std::bad_alloc&) {
      // The run ends with it.
    }
    failed = std::exchange(allocations_left, 0) < 0;
    reporter_->Flush().IgnoreError();  // comes back
  }
  EXPECT_GT(allocation, 5);
}

}  // namespace
}  // namespace traind
