#include "server/jobs/resource_pool.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <thread>
#include <vector>

namespace traind {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::Field;
using ::testing::Le;

constexpr JobResources kSmall = {.cores = 1, .memory_bytes = 10};

TEST(ResourcePool, ALookIsDueAtTheStart) {
  ResourcePool pool({.cores = 2, .memory_bytes = 100});
  const std::optional<JobResources> free = pool.WaitToLook();
  ASSERT_TRUE(free.has_value());
  EXPECT_EQ(free->cores, 2);
  EXPECT_EQ(free->memory_bytes, 100);
}

TEST(ResourcePool, WhatAJobTookIsNotFreeUntilItIsGivenBack) {
  ResourcePool pool({.cores = 3, .memory_bytes = 100});
  ASSERT_TRUE(pool.WaitToLook());
  pool.Took({.cores = 2, .memory_bytes = 70});
  std::optional<JobResources> free = pool.WaitToLook();
  ASSERT_TRUE(free.has_value());
  EXPECT_EQ(free->cores, 1);
  EXPECT_EQ(free->memory_bytes, 30);
  pool.LookedInVain();
  pool.GiveBack({.cores = 2, .memory_bytes = 70});
  free = pool.WaitToLook();
  ASSERT_TRUE(free.has_value());
  EXPECT_EQ(free->cores, 3);
  EXPECT_EQ(free->memory_bytes, 100);
}

// Whether somebody who waits to look is still waiting after a while.
class Waiting {
 public:
  explicit Waiting(ResourcePool& pool) : thread_([this, &pool] { Look(pool); }) {}
  ~Waiting() { thread_.join(); }
  bool Looks() {
    absl::MutexLock lock(&mutex_);
    return mutex_.AwaitWithTimeout(absl::Condition(&looks_), absl::Seconds(10));
  }
  bool Waits() {
    absl::MutexLock lock(&mutex_);
    return !mutex_.AwaitWithTimeout(absl::Condition(&looks_), absl::Milliseconds(20));
  }

 private:
  void Look(ResourcePool& pool) {
    pool.WaitToLook();
    absl::MutexLock lock(&mutex_);
    looks_ = true;
  }

  absl::Mutex mutex_;
  bool looks_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

TEST(ResourcePool, OneLooksAtATime) {
  ResourcePool pool({.cores = 2, .memory_bytes = 100});
  ASSERT_TRUE(pool.WaitToLook());
  pool.QueueChanged();
  Waiting second(pool);
  EXPECT_TRUE(second.Waits());
  pool.LookedInVain();
  EXPECT_TRUE(second.Looks());
}

TEST(ResourcePool, NobodyLooksWithoutAReason) {
  ResourcePool pool({.cores = 2, .memory_bytes = 100});
  ASSERT_TRUE(pool.WaitToLook());
  pool.LookedInVain();
  Waiting second(pool);
  EXPECT_TRUE(second.Waits());
  pool.QueueChanged();
  EXPECT_TRUE(second.Looks());
}

TEST(ResourcePool, NobodyLooksWithoutACore) {
  ResourcePool pool({.cores = 1, .memory_bytes = 100});
  ASSERT_TRUE(pool.WaitToLook());
  pool.Took(kSmall);
  Waiting second(pool);
  EXPECT_TRUE(second.Waits());
  pool.GiveBack(kSmall);
  EXPECT_TRUE(second.Looks());
}

TEST(ResourcePool, ALookThatFailedIsMadeAgain) {
  ResourcePool pool({.cores = 1, .memory_bytes = 100});
  ASSERT_TRUE(pool.WaitToLook());
  pool.LookFailed();
  EXPECT_TRUE(pool.WaitToLook());
}

TEST(ResourcePool, CloseEndsTheWaiting) {
  ResourcePool pool({.cores = 1, .memory_bytes = 100});
  ASSERT_TRUE(pool.WaitToLook());
  std::thread waiting([&] { EXPECT_FALSE(pool.WaitToLook()); });
  pool.Close();
  waiting.join();
  EXPECT_FALSE(pool.WaitToLook());
}

constexpr JobResources kAll = {.cores = 4, .memory_bytes = 100};

// Workers as the scheduler's, on a queue in memory.
class Simulation {
 public:
  Simulation() : pool_(kAll) {
    for (int i = 0; i < kAll.cores; ++i) {
      workers_.emplace_back([this] { Work(); });
    }
  }

  void Submit(JobResources needs) {
    {
      absl::MutexLock lock(&mutex_);
      queue_.push_back({submitted_++, needs});
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
    EXPECT_THAT(busy_, Each(AllOf(Field(&JobResources::cores, Le(kAll.cores)),
                                  Field(&JobResources::memory_bytes, Le(kAll.memory_bytes)))));
  }

 private:
  struct Job {
    int number = 0;
    JobResources needs;
  };

  std::optional<Job> TakeNext(const JobResources& free) {
    absl::MutexLock lock(&mutex_);
    if (queue_.empty() || queue_.front().needs.cores > free.cores ||
        queue_.front().needs.memory_bytes > free.memory_bytes) {
      return std::nullopt;
    }
    const Job job = queue_.front();
    queue_.pop_front();
    started_.push_back(job.number);
    now_busy_.cores += job.needs.cores;
    now_busy_.memory_bytes += job.needs.memory_bytes;
    busy_.push_back(now_busy_);
    return job;
  }

  void Work() {
    while (const std::optional<JobResources> free = pool_.WaitToLook()) {
      const std::optional<Job> job = TakeNext(*free);
      if (!job) {
        pool_.LookedInVain();
        continue;
      }
      pool_.Took(job->needs);
      std::this_thread::yield();
      {
        absl::MutexLock lock(&mutex_);
        now_busy_.cores -= job->needs.cores;
        now_busy_.memory_bytes -= job->needs.memory_bytes;
        ++done_;
      }
      pool_.GiveBack(job->needs);
    }
  }

  ResourcePool pool_;
  absl::Mutex mutex_;
  std::deque<Job> queue_ ABSL_GUARDED_BY(mutex_);
  int submitted_ ABSL_GUARDED_BY(mutex_) = 0;
  int done_ ABSL_GUARDED_BY(mutex_) = 0;
  JobResources now_busy_ ABSL_GUARDED_BY(mutex_) = {};
  std::vector<int> started_;        // numbers, as they began
  std::vector<JobResources> busy_;  // as each began
  std::vector<std::thread> workers_;
};

TEST(ResourcePool, JobsOfAllSizesRunInTheirOrderAndNothingIsUsedTwice) {
  Simulation simulation;
  for (int i = 0; i < 3000; ++i) {
    simulation.Submit({.cores = i * 7 % 11 % 4 + 1, .memory_bytes = i * 13 % 101});
    if (i % 5 == 0) simulation.CancelOne();
    if (i % 17 == 0) std::this_thread::yield();
  }
  simulation.Finish();
}

}  // namespace
}  // namespace traind
