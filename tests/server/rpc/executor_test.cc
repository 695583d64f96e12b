#include "server/rpc/executor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <vector>

#include "absl/synchronization/barrier.h"
#include "absl/synchronization/blocking_counter.h"

namespace traind {
namespace {

TEST(Executor, OneThreadKeepsTheOrder) {
  std::vector<int> ran;
  {
    Executor executor(1);
    for (int i = 0; i < 100; ++i) executor.Run([&ran, i] { ran.push_back(i); });
  }
  std::vector<int> expected(100);
  for (int i = 0; i < 100; ++i) expected[i] = i;
  EXPECT_EQ(ran, expected);
}

TEST(Executor, ThreadsRunAtOnce) {
  Executor executor(3);
  auto* barrier = new absl::Barrier(4);  // passed only if all three are in it together with this thread
  for (int i = 0; i < 3; ++i) {
    executor.Run([barrier] {
      if (barrier->Block()) delete barrier;
    });
  }
  if (barrier->Block()) delete barrier;
}

TEST(Executor, WhatWasAcceptedIsRunBeforeItEnds) {
  std::atomic<int> ran = 0;
  {
    Executor executor(2);
    for (int i = 0; i < 1000; ++i) executor.Run([&ran] { ++ran; });
  }
  EXPECT_EQ(ran, 1000);
}

TEST(Executor, WorkMayAskForMoreWork) {
  Executor executor(1);
  absl::BlockingCounter done(2);
  executor.Run([&] {
    executor.Run([&] { done.DecrementCount(); });
    done.DecrementCount();
  });
  done.Wait();
}

}  // namespace
}  // namespace traind
