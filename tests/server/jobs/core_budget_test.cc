#include "server/jobs/core_budget.h"

#include <sched.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "gtest/gtest.h"
#include "tests/server/storage/temp_directory.h"

namespace traind {
namespace {

class CoreBudgetTest : public testing::Test {
 protected:
  CoreBudgetTest() { Write("self", ""); }

  void Write(const std::string& path, const std::string& text) {
    const std::filesystem::path full = directory_.path() + "/" + path;
    std::filesystem::create_directories(full.parent_path());
    std::ofstream(full) << text;
  }
  int Cores() const { return AvailableCores({directory_.path() + "/cgroup", directory_.path() + "/self"}); }
  int64_t Memory() const { return AvailableMemory({directory_.path() + "/cgroup", directory_.path() + "/self"}); }

  TempDirectory directory_;
};

// What the affinity mask allows.
int MaskCores() { return AvailableCores({"/nowhere", "/nowhere"}); }

TEST_F(CoreBudgetTest, WithoutCgroupsTheMachineIsOurs) {
  EXPECT_EQ(Cores(), static_cast<int>(std::thread::hardware_concurrency()));
  EXPECT_GT(Memory(), int64_t{64} << 20);
}

TEST_F(CoreBudgetTest, TheAffinityMaskCounts) {
  std::thread([&] {
    cpu_set_t first;
    CPU_ZERO(&first);
    cpu_set_t all;
    ASSERT_EQ(sched_getaffinity(0, sizeof(all), &all), 0);
    int cpu = 0;
    while (!CPU_ISSET(cpu, &all)) ++cpu;
    CPU_SET(cpu, &first);
    ASSERT_EQ(sched_setaffinity(0, sizeof(first), &first), 0);
    EXPECT_EQ(Cores(), 1);
  }).join();
}

TEST_F(CoreBudgetTest, Version2InAContainer) {
  Write("self", "0::/\n");
  Write("cgroup/cpu.max", "100000 100000\n");
  Write("cgroup/memory.max", "268435456\n");
  EXPECT_EQ(Cores(), 1);
  EXPECT_EQ(Memory(), 268435456);
}

TEST_F(CoreBudgetTest, Version2WithoutLimits) {
  Write("self", "0::/\n");
  Write("cgroup/cpu.max", "max 100000\n");
  Write("cgroup/memory.max", "max\n");
  EXPECT_EQ(Cores(), MaskCores());
  EXPECT_EQ(Memory(), AvailableMemory({"/nowhere", "/nowhere"}));
}

TEST_F(CoreBudgetTest, AQuotaIsRoundedUpAndAtLeastOne) {
  Write("self", "0::/\n");
  Write("cgroup/cpu.max", "1000 100000\n");
  EXPECT_EQ(Cores(), 1);
  if (MaskCores() < 2) GTEST_SKIP() << "needs two cores";
  Write("cgroup/cpu.max", "110000 100000\n");
  EXPECT_EQ(Cores(), 2);
}

TEST_F(CoreBudgetTest, TheTightestGroupAboveCounts) {
  Write("self", "0::/pods/one\n");
  Write("cgroup/pods/cpu.max", "50000 100000\n");
  Write("cgroup/pods/one/cpu.max", "max 100000\n");
  Write("cgroup/pods/memory.max", "1000000\n");
  Write("cgroup/pods/one/memory.max", "2000000\n");
  Write("cgroup/other/memory.max", "3\n");
  EXPECT_EQ(Cores(), 1);
  EXPECT_EQ(Memory(), 1000000);
}

TEST_F(CoreBudgetTest, Version1) {
  Write("self", "5:memory:/pod\n4:cpu,cpuacct:/pod\n1:name=systemd:/x\n");
  Write("cgroup/cpu,cpuacct/pod/cpu.cfs_quota_us", "50000\n");
  Write("cgroup/cpu,cpuacct/pod/cpu.cfs_period_us", "100000\n");
  Write("cgroup/memory/pod/memory.limit_in_bytes", "1048576\n");
  Write("cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(Cores(), 1);
  EXPECT_EQ(Memory(), 1048576);
}

TEST_F(CoreBudgetTest, Version1WithoutAQuota) {
  Write("self", "4:cpu:/\n");
  Write("cgroup/cpu/cpu.cfs_quota_us", "-1\n");
  Write("cgroup/cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(Cores(), MaskCores());
}

// The kernel names the group by its path on the host, but the container sees its own group as the root.
TEST_F(CoreBudgetTest, AContainerThatSeesThePathOfTheHost) {
  Write("self", "4:cpu:/docker/abc\n3:memory:/docker/abc\n");
  Write("cgroup/cpu/cpu.cfs_quota_us", "100000\n");
  Write("cgroup/cpu/cpu.cfs_period_us", "100000\n");
  Write("cgroup/memory/memory.limit_in_bytes", "7340032\n");
  EXPECT_EQ(Cores(), 1);
  EXPECT_EQ(Memory(), 7340032);
}

TEST_F(CoreBudgetTest, HybridTree) {
  Write("self", "1:cpu:/\n0::/pod\n");
  Write("cgroup/unified/pod/cpu.max", "100000 100000\n");
  EXPECT_EQ(Cores(), 1);
}

TEST_F(CoreBudgetTest, NonsenseIsIgnored) {
  Write("self", "::::\n0:x\n\n0::relative\n");
  Write("cgroup/cpu.max", "many\n");
  Write("cgroup/memory.max", "-5\n");
  EXPECT_EQ(Cores(), MaskCores());
  EXPECT_GT(Memory(), int64_t{64} << 20);
}

}  // namespace
}  // namespace traind
