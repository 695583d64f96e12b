#include "engine/core/threads.h"

#include <gtest/gtest.h>
#include <omp.h>

#include <thread>

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

}  // namespace
}  // namespace traind::engine
