#include "engine/core/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

#include "engine/core/threads.h"

namespace traind::engine {
namespace {

TEST(ParallelForTest, VisitsEachIndexOnceForAnySizeAndThreadCount) {
  for (const int threads : {1, 2, 3, 7}) {
    const ScopedThreads scoped(threads);
    for (const int64_t size : {0, 1, 15, 16, 17, 100, 111, 112, 113, 1000}) {
      std::vector<std::atomic<int>> visits(size);
      ParallelFor(size, 10, [&](int64_t begin, int64_t end) {
        EXPECT_EQ(begin % 16, 0);
        for (int64_t i = begin; i < end; ++i) ++visits[i];
      });
      for (const auto& visit : visits) EXPECT_EQ(visit, 1);
    }
  }
}

TEST(ParallelForTest, RunsSmallWorkInOnePiece) {
  const ScopedThreads scoped(4);
  int calls = 0;
  ParallelFor(100, 100, [&](int64_t, int64_t) { ++calls; });
  EXPECT_EQ(calls, 1);
}

TEST(ParallelSumTest, AddsWhatEachRangeReturnsForAnySizeAndThreadCount) {
  for (const int threads : {1, 2, 3, 300}) {
    const ScopedThreads scoped(threads);
    for (const int64_t size : {0, 1, 16, 100, 1000, 10'000}) {
      const double sum = ParallelSum(size, 10, [](int64_t begin, int64_t end) {
        double part = 0;
        for (int64_t i = begin; i < end; ++i) part += static_cast<double>(i);
        return part;
      });
      EXPECT_EQ(sum, static_cast<double>(size * (size - 1) / 2)) << size << " on " << threads << " threads";
    }
  }
}

}  // namespace
}  // namespace traind::engine
