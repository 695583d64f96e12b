#include "engine/core/threads.h"

#include <gtest/gtest.h>
#include <omp.h>

#include <chrono>
#include <filesystem>
#include <iterator>
#include <thread>

#include "engine/core/parallel.h"

namespace traind::engine {
namespace {

TEST(ScopedThreadsTest, HoldsForItsScopeAndItsThreadOnly) {
  const int before = omp_get_max_threads();
  {
    const ScopedThreads three(3);
    EXPECT_EQ(omp_get_max_threads(), 3);
    {
      const ScopedThreads one(1);
      EXPECT_EQ(omp_get_max_threads(), 1);
    }
    EXPECT_EQ(omp_get_max_threads(), 3);
    int elsewhere = 0;
    std::thread([&] { elsewhere = omp_get_max_threads(); }).join();
    EXPECT_EQ(elsewhere, before);
  }
  EXPECT_EQ(omp_get_max_threads(), before);
}

std::ptrdiff_t ThreadsOfTheProcess() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return std::distance(begin(tasks), end(tasks));
}

TEST(ScopedThreadsTest, ItsThreadsEndWithIt) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "ThreadSanitizer starts a thread of its own";
#endif
  const auto before = ThreadsOfTheProcess();
  {
    const ScopedThreads three(3);
    ParallelFor(3000, 1, [](int64_t, int64_t) {});
    EXPECT_EQ(ThreadsOfTheProcess(), before + 2);
  }
  // The kernel lists a thread for a moment after it was joined.
  for (int i = 0; i < 10'000 && ThreadsOfTheProcess() > before; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(ThreadsOfTheProcess(), before);
}

}  // namespace
}  // namespace traind::engine
