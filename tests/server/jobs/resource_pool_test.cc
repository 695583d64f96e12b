#include "server/jobs/core_pool.h"

#include <gmock/gmock.h>

#include <deque>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace traind {
namespace {

using ::testing::Each;
using ::testing::Le;

TEST(CorePool, EveryCoreIsDueALookAtTheStart) {
  CorePool pool(2);
  EXPECT_EQ(pool.WaitToLook(), 1);
  EXPECT_EQ(pool.WaitToLook(), 1);
}

TEST(CorePool, ALargeJobGetsItsCoresWhenTheyAreFree) {
  CorePool pool(2);
  ASSERT_EQ(pool.WaitToLook(), 1);
  pool.Took(1, 1);  // a job that runs
  ASSERT_EQ(pool.WaitToLook(), 1);
  pool.FoundLarger(1, 2);
  pool.GiveBack(1);
  EXPECT_EQ(pool.WaitToLook(), 2);
}

TEST(CorePool, ALargeJobGetsCoresThatALookInVainHeld) {
  CorePool pool(2);
  ASSERT_EQ(pool.WaitToLook(), 1);  // looks before the large job is there
  ASSERT_EQ(pool.WaitToLook(), 1);
  pool.FoundLarger(1, 2);
  pool.FoundNone(1);
  EXPECT_EQ(pool.WaitToLook(), 2);
}

TEST(CorePool, ALookIsPassedOnWhileCoresAreFree) {
  CorePool pool(4);
  for (int i = 0; i < 4; ++i) ASSERT_EQ(pool.WaitToLook(), 1);
  for (int i = 0; i < 4; ++i) pool.FoundNone(1);
  pool.QueueChanged();
  for (int i = 0; i < 4; ++i) {
    ASSERT_EQ(pool.WaitToLook(), 1) << i;
    pool.Took(1, 1);
  }
}

TEST(CorePool, BehindALargeJobThatWasTakenALookIsDue) {
  CorePool pool(3);
  for (int i = 0; i < 3; ++i) ASSERT_EQ(pool.WaitToLook(), 1);
  for (int i = 0; i < 3; ++i) pool.FoundNone(1);
  pool.QueueChanged();
  pool.QueueChanged();
  ASSERT_EQ(pool.WaitToLook(), 1);  // one finds the large job,
  ASSERT_EQ(pool.WaitToLook(), 1);  // another, too,
  pool.FoundLarger(1, 2);
  ASSERT_EQ(pool.WaitToLook(), 2);
  pool.Took(2, 2);         // and takes it
  pool.FoundLarger(1, 2);  // before the first says so
  EXPECT_EQ(pool.WaitToLook(), 1);
}

TEST(CorePool, WhatWasTakenForALargeJobThatIsGoneIsGivenBack) {
  CorePool pool(2);
  ASSERT_EQ(pool.WaitToLook(), 1);
  pool.FoundLarger(1, 2);
  ASSERT_EQ(pool.WaitToLook(), 2);
  pool.Took(2, 1);
  EXPECT_EQ(pool.WaitToLook(), 1);
}

TEST(CorePool, CloseEndsTheWaiting) {
  CorePool pool(1);
  ASSERT_EQ(pool.WaitToLook(), 1);
  std::thread waiting([&] { EXPECT_EQ(pool.WaitToLook(), 0); });
  pool.Close();
  waiting.join();
  EXPECT_EQ(pool.WaitToLook(), 0);
}

// Workers as the scheduler's, on a queue in memory.
class Simulation {
 public:
  explicit Simulation(int cores) : cores_(cores), pool_(cores) {
    for (int i = 0; i < cores; ++i) {
      workers_.emplace_back([this] { Work(); });
    }
  }

  void Submit(int threads) {
    {
      absl::MutexLock lock(&mutex_);
      queue_.push_back({submitted_++, threads});
    }
    pool_.QueueChanged();
  }
  // The oldest that waits.
  void CancelOne() {
    {
      absl::MutexLock lock(&mutex_);
      if (queue_.empty()) return;
      queue_.pop_front();
      ++done_;
    }
    pool_.QueueChanged();
  }

  void Finish() {
    {
      absl::MutexLock lock(&mutex_);
      auto done = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return done_ == submitted_; };
      EXPECT_TRUE(mutex_.AwaitWithTimeout(absl::Condition(&done), absl::Seconds(60)))
          << queue_.size() << " jobs wait, and nobody looks";
    }
    pool_.Close();
    for (std::thread& worker : workers_) worker.join();
    EXPECT_TRUE(std::is_sorted(started_.begin(), started_.end()));
    EXPECT_THAT(busy_, Each(Le(cores_)));
  }

 private:
  struct Job {
    int number = 0;
    int threads = 0;
  };

  void Work() {
    while (const int in_hand = pool_.WaitToLook()) {
      std::optional<Job> job;
      int larger = 0;
      {
        absl::MutexLock lock(&mutex_);
        if (!queue_.empty() && queue_.front().threads <= in_hand) {
          job = queue_.front();
          queue_.pop_front();
          started_.push_back(job->number);
          busy_.push_back(now_busy_ += job->threads);
        } else if (!queue_.empty()) {
          larger = queue_.front().threads;
        }
      }
      if (job) {
        pool_.Took(in_hand, job->threads);
        std::this_thread::yield();
        {
          absl::MutexLock lock(&mutex_);
          now_busy_ -= job->threads;
          ++done_;
        }
        pool_.GiveBack(job->threads);
      } else if (larger > 0) {
        pool_.FoundLarger(in_hand, larger);
      } else {
        pool_.FoundNone(in_hand);
      }
    }
  }

  const int cores_;
  CorePool pool_;
  absl::Mutex mutex_;
  std::deque<Job> queue_ ABSL_GUARDED_BY(mutex_);
  int submitted_ ABSL_GUARDED_BY(mutex_) = 0;
  int done_ ABSL_GUARDED_BY(mutex_) = 0;
  int now_busy_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<int> started_;  // numbers, as they began
  std::vector<int> busy_;     // cores, as each began
  std::vector<std::thread> workers_;
};

TEST(CorePool, JobsOfAllSizesRunInTheirOrderAndNoCoreTwice) {
  Simulation simulation(4);
  for (int i = 0; i < 3000; ++i) {
    simulation.Submit(i * 7 % 11 % 4 + 1);
    if (i % 5 == 0) simulation.CancelOne();
    if (i % 17 == 0) std::this_thread::yield();
  }
  simulation.Finish();
}

}  // namespace
}  // namespace traind
