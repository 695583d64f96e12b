#include "engine/core/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <mutex>
#include <vector>

#include "engine/core/aligned_buffer.h"
#include "engine/core/threads.h"

namespace traind::engine {
namespace {

TEST(ParallelForTest, VisitsEachIndexOnceForAnySizeAndThreadCount) {
  for (const int threads : {1, 2, 3, 7}) {
    const ScopedThreads scoped(threads);
    for (const int64_t size : {0, 1, 15, 16, 17, 100, 111, 112, 113, 1000}) {
      std::vector<std::atomic<int>> visits(size);
      ParallelFor(size, 10, [&](int64_t begin, int64_t end) {
        EXPECT_EQ(begin % AlignedBuffer::kAlignmentFloats, 0);
        for (int64_t i = begin; i < end; ++i) ++visits[i];
      });
      for (const auto& visit : visits) EXPECT_EQ(visit, 1);
    }
  }
}

TEST(ParallelForTest, RangesAreOfOneLengthAndNoneIsEmpty) {
  struct Case {
    int threads;
    int64_t size;
    int64_t grain;
    std::vector<int64_t> lengths;
  };
  for (const Case& expected : std::vector<Case>{{2, 256, 128, {128, 128}},
                                                {2, 32, 8, {16, 16}},
                                                {2, 17, 8, {16, 1}},
                                                {2, 16, 8, {16}},
                                                {4, 100, 10, {32, 32, 32, 4}},
                                                {7, 100, 10, {16, 16, 16, 16, 16, 16, 4}},
                                                {7, 33, 1, {16, 16, 1}},
                                                {3, 0, 1, {0}}}) {
    const ScopedThreads scoped(expected.threads);
    std::mutex mutex;
    std::map<int64_t, int64_t> lengths;  // by begin
    ParallelFor(expected.size, expected.grain, [&](int64_t begin, int64_t end) {
      const std::lock_guard lock(mutex);
      lengths[begin] = end - begin;
    });
    std::vector<int64_t> in_order;
    for (const auto& [begin, length] : lengths) in_order.push_back(length);
    EXPECT_EQ(in_order, expected.lengths) << expected.size << " on " << expected.threads << " threads";
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
