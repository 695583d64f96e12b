#include "server/jobs/job_watch.h"

#include <thread>

#include "gtest/gtest.h"
#include "tests/server/jobs/jobs_fixture.h"

namespace traind {
namespace {

class JobWatchTest : public JobsFixture {
 protected:
  static void ExpectSequences(const std::vector<JobEvent>& events, int64_t after, int64_t last) {
    ASSERT_EQ(static_cast<int64_t>(events.size()), last - after) << "after " << after;
    for (size_t i = 0; i < events.size(); ++i) {
      ASSERT_EQ(events[i].sequence, after + 1 + static_cast<int64_t>(i)) << "after " << after;
    }
  }
};

TEST_F(JobWatchTest, FromAnyCursorEveryEventComesOnce) {
  StartScheduler();
  ASSERT_TRUE(Submit("first", 40).ok());
  const int64_t last = WaitForEnd("first").last_sequence;
  ASSERT_GE(last, 43);
  for (int64_t after = 0; after <= last; ++after) {
    for (int limit : {1, 7, 1000}) {
      ExpectSequences(WatchReader(hub_, *jobs_, "first", after).ReadToEnd(limit), after, last);
    }
  }
}

// Breaks off after one event, two, three, ... while the job runs, and goes on where it was.
TEST_F(JobWatchTest, ResumedWhileTheJobRunsEveryEventComesOnce) {
  StartScheduler();
  ASSERT_TRUE(Submit("first", 200).ok());
  std::vector<std::thread> watchers;
  for (int limit : {1, 3, 100}) {
    watchers.emplace_back([this, limit] {
      std::vector<JobEvent> all;
      for (int64_t take = 1;; ++take) {
        const int64_t after = all.empty() ? 0 : all.back().sequence;
        const auto part = WatchReader(hub_, *jobs_, "first", after)
                              .ReadUntil([&](const JobEvent& event) { return event.sequence >= after + take; }, limit);
        if (part.empty()) break;  // the end was already seen
        all.insert(all.end(), part.begin(), part.end());
      }
      ExpectSequences(all, 0, jobs_->Get("first")->last_sequence);
      EXPECT_EQ(std::get<StateChanged>(all.back().kind).state, JobState::kSucceeded);
    });
  }
  for (std::thread& watcher : watchers) watcher.join();
}

TEST_F(JobWatchTest, GoesOnAfterARestartOfTheServer) {
  StartScheduler();
  ASSERT_TRUE(Submit("first", 300).ok());
  std::vector<JobEvent> all = WatchReader(hub_, *jobs_, "first", 0).ReadUntil(IsEpoch, 1);
  RestartServer();
  const auto rest = WatchReader(hub_, *jobs_, "first", all.back().sequence).ReadToEnd();
  all.insert(all.end(), rest.begin(), rest.end());
  ExpectSequences(all, 0, jobs_->Get("first")->last_sequence);
  EXPECT_EQ(jobs_->Get("first")->attempt, 2);
}

TEST_F(JobWatchTest, FollowsAJobThatIsCancelledInTheQueue) {
  MakeScheduler();
  ASSERT_TRUE(Submit("first").ok());
  std::thread watcher([&] { ExpectSequences(WatchReader(hub_, *jobs_, "first", 0).ReadToEnd(), 0, 2); });
  absl::SleepFor(absl::Milliseconds(20));
  ASSERT_TRUE(scheduler_->Cancel("first").ok());
  watcher.join();
}

TEST_F(JobWatchTest, RefusesACursorAheadOfTheLog) {
  MakeScheduler();
  ASSERT_TRUE(Submit("first").ok());
  SharedLog log(hub_, *jobs_);
  JobWatch watch(log, "first", 2, [] {});
  EXPECT_TRUE(absl::IsOutOfRange(watch.Next(10).status()));
  EXPECT_FALSE(watch.ended());
}

TEST_F(JobWatchTest, AWatchAtTheLastEventOfAWaitingJobGoesOn) {
  MakeScheduler();
  ASSERT_TRUE(Submit("first").ok());
  SharedLog log(hub_, *jobs_);
  JobWatch watch(log, "first", 1, [] {});
  EXPECT_TRUE((*watch.Next(10))->empty());
  EXPECT_FALSE(watch.ended());
}

TEST_F(JobWatchTest, IsNotGivenTheLogOfADeletedJobOfTheSameName) {
  MakeScheduler();
  ASSERT_TRUE(Submit("first").ok());
  SharedLog log(hub_, *jobs_);
  JobWatch before(log, "first", 0, [] {});
  ASSERT_EQ((*before.Next(10))->size(), 1u);
  ASSERT_TRUE(scheduler_->Cancel("first").ok());
  ASSERT_EQ((*before.Next(10))->size(), 1u);
  ASSERT_TRUE(before.ended());
  ASSERT_TRUE(jobs_->Delete("first").ok());
  ASSERT_TRUE(Submit("first").ok());
  JobWatch watch(log, "first", 0, [] {});
  EXPECT_EQ((*watch.Next(10))->size(), 1u);
  EXPECT_TRUE((*watch.Next(10))->empty());
  EXPECT_FALSE(watch.ended());
}

TEST_F(JobWatchTest, ThereMustBeAJob) {
  SharedLog log(hub_, *jobs_);
  JobWatch watch(log, "nobody", 0, [] {});
  EXPECT_TRUE(absl::IsNotFound(watch.Next(10).status()));
}

}  // namespace
}  // namespace traind
