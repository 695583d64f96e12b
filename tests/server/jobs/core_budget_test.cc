#include "server/jobs/core_budget.h"

#include <sched.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "gtest/gtest.h"
#include "tests/server/storage/temp_directory.h"

namespace traind {
namespace {

constexpr int kNodeCores = 64;

// A process on a node of 64 cores, in a tree of cgroups that the test writes. The memory is this machine's.
class CoreBudgetTest : public testing::Test {
 protected:
  CoreBudgetTest() { Write("self", ""); }

  void Write(const std::string& path, const std::string& text) {
    const std::filesystem::path full = directory_.path() + "/" + path;
    std::filesystem::create_directories(full.parent_path());
    std::ofstream(full) << text;
  }
  CgroupTree Tree() const { return {directory_.path() + "/cgroup", directory_.path() + "/self"}; }
  int Cores() const { return CoresWithinQuota(kNodeCores, Tree()); }
  int64_t Memory() const { return AvailableMemory(Tree()); }

  TempDirectory directory_;
};

const CgroupTree kNoTree = {"/nowhere", "/nowhere"};

TEST_F(CoreBudgetTest, WithoutCgroupsTheMachineIsOurs) {
  EXPECT_EQ(AvailableCores(Tree()), static_cast<int>(std::thread::hardware_concurrency()));
  EXPECT_EQ(Cores(), kNodeCores);
  EXPECT_GT(Memory(), int64_t{64} << 20);
}

TEST_F(CoreBudgetTest, TheAffinityMaskCounts) {
  Write("self", "0::/\n");
  Write("cgroup/cpu.max", "6400000 100000\n");
  std::thread([&] {
    cpu_set_t first;
    CPU_ZERO(&first);
    cpu_set_t all;
    ASSERT_EQ(sched_getaffinity(0, sizeof(all), &all), 0);
    int cpu = 0;
    while (!CPU_ISSET(cpu, &all)) ++cpu;
    CPU_SET(cpu, &first);
    ASSERT_EQ(sched_setaffinity(0, sizeof(first), &first), 0);
    EXPECT_EQ(AvailableCores(Tree()), 1);
  }).join();
}

TEST_F(CoreBudgetTest, Version2InAContainer) {
  Write("self", "0::/\n");
  Write("cgroup/cpu.max", "200000 100000\n");
  Write("cgroup/memory.max", "268435456\n");
  Write("cgroup/memory.high", "max\n");
  EXPECT_EQ(Cores(), 2);
  EXPECT_EQ(Memory(), 268435456);
}

TEST_F(CoreBudgetTest, Version2WithoutLimits) {
  Write("self", "0::/\n");
  Write("cgroup/cpu.max", "max 100000\n");
  Write("cgroup/memory.max", "max\n");
  Write("cgroup/memory.high", "max\n");
  EXPECT_EQ(Cores(), kNodeCores);
  EXPECT_EQ(Memory(), AvailableMemory(kNoTree));
}

TEST_F(CoreBudgetTest, MemoryThatOnlySlowsDownIsALimit) {
  Write("self", "0::/\n");
  Write("cgroup/memory.max", "268435456\n");
  Write("cgroup/memory.high", "134217728\n");
  EXPECT_EQ(Memory(), 134217728);
}

TEST_F(CoreBudgetTest, AQuotaIsRoundedUpAndAtLeastOne) {
  Write("self", "0::/\n");
  Write("cgroup/cpu.max", "1000 100000\n");
  EXPECT_EQ(Cores(), 1);
  Write("cgroup/cpu.max", "110000 100000\n");
  EXPECT_EQ(Cores(), 2);
  Write("cgroup/cpu.max", "25000 10000\n");
  EXPECT_EQ(Cores(), 3);
}

TEST_F(CoreBudgetTest, AQuotaBeyondTheMachineChangesNothing) {
  Write("self", "0::/\n");
  Write("cgroup/cpu.max", "12800000 100000\n");
  EXPECT_EQ(Cores(), kNodeCores);
}

TEST_F(CoreBudgetTest, TheTightestGroupAboveCounts) {
  Write("self", "0::/pods/one\n");
  Write("cgroup/pods/cpu.max", "300000 100000\n");
  Write("cgroup/pods/one/cpu.max", "max 100000\n");
  Write("cgroup/pods/memory.max", "1000000\n");
  Write("cgroup/pods/one/memory.max", "2000000\n");
  Write("cgroup/other/cpu.max", "100000 100000\n");
  Write("cgroup/other/memory.max", "3\n");
  EXPECT_EQ(Cores(), 3);
  EXPECT_EQ(Memory(), 1000000);
}

// As a kubelet lays it out, seen from the node: the slice of the pod is wider than the container in it.
TEST_F(CoreBudgetTest, Version2OfAKubelet) {
  const std::string pod = "kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice";
  Write("self", "0::/" + pod + "/cri-containerd-a1.scope\n");
  Write("cgroup/kubepods.slice/cpu.max", "max 100000\n");
  Write("cgroup/" + pod + "/cpu.max", "500000 100000\n");
  Write("cgroup/" + pod + "/memory.max", "4000000\n");
  Write("cgroup/" + pod + "/cri-containerd-a1.scope/cpu.max", "200000 100000\n");
  Write("cgroup/" + pod + "/cri-containerd-a1.scope/memory.max", "3000000\n");
  EXPECT_EQ(Cores(), 2);
  EXPECT_EQ(Memory(), 3000000);
}

TEST_F(CoreBudgetTest, Version1) {
  Write("self", "5:memory:/pod\n4:cpu,cpuacct:/pod\n1:name=systemd:/x\n");
  Write("cgroup/cpu,cpuacct/pod/cpu.cfs_quota_us", "200000\n");
  Write("cgroup/cpu,cpuacct/pod/cpu.cfs_period_us", "100000\n");
  Write("cgroup/memory/pod/memory.limit_in_bytes", "1048576\n");
  Write("cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(Cores(), 2);
  EXPECT_EQ(Memory(), 1048576);
}

TEST_F(CoreBudgetTest, Version1Nested) {
  Write("self", "5:memory:/pods/one\n4:cpu,cpuacct:/pods/one\n");
  Write("cgroup/cpu,cpuacct/pods/cpu.cfs_quota_us", "400000\n");
  Write("cgroup/cpu,cpuacct/pods/cpu.cfs_period_us", "100000\n");
  Write("cgroup/cpu,cpuacct/pods/one/cpu.cfs_quota_us", "-1\n");
  Write("cgroup/cpu,cpuacct/pods/one/cpu.cfs_period_us", "100000\n");
  Write("cgroup/memory/pods/memory.limit_in_bytes", "2097152\n");
  Write("cgroup/memory/pods/one/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(Cores(), 4);
  EXPECT_EQ(Memory(), 2097152);
}

TEST_F(CoreBudgetTest, Version1WithoutAQuota) {
  Write("self", "4:cpu:/\n");
  Write("cgroup/cpu/cpu.cfs_quota_us", "-1\n");
  Write("cgroup/cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(Cores(), kNodeCores);
}

// The kernel names the group by its path on the host, but the container sees its own group as the root.
TEST_F(CoreBudgetTest, AContainerThatSeesThePathOfTheHost) {
  Write("self", "4:cpu:/docker/abc\n3:memory:/docker/abc\n");
  Write("cgroup/cpu/cpu.cfs_quota_us", "200000\n");
  Write("cgroup/cpu/cpu.cfs_period_us", "100000\n");
  Write("cgroup/memory/memory.limit_in_bytes", "7340032\n");
  EXPECT_EQ(Cores(), 2);
  EXPECT_EQ(Memory(), 7340032);
}

// The same where two controllers share a hierarchy and its folder has the names of both.
TEST_F(CoreBudgetTest, AContainerWhoseControllersShareAFolder) {
  Write("self", "4:cpu,cpuacct:/kubepods/burstable/pod1/a1\n");
  Write("cgroup/cpu,cpuacct/cpu.cfs_quota_us", "150000\n");
  Write("cgroup/cpu,cpuacct/cpu.cfs_period_us", "50000\n");
  EXPECT_EQ(Cores(), 3);
}

TEST_F(CoreBudgetTest, HybridTree) {
  Write("self", "1:cpu:/\n0::/pod\n");
  Write("cgroup/unified/pod/cpu.max", "200000 100000\n");
  EXPECT_EQ(Cores(), 2);
}

TEST_F(CoreBudgetTest, NonsenseIsIgnored) {
  Write("self", "::::\n0:x\n\n0::relative\n");
  Write("cgroup/cpu.max", "many\n");
  Write("cgroup/memory.max", "-5\n");
  EXPECT_EQ(Cores(), kNodeCores);
  EXPECT_GT(Memory(), int64_t{64} << 20);
}

TEST_F(CoreBudgetTest, ThrottlingIsThatOfTheGroupItCostMost) {
  EXPECT_EQ(ReadCpuThrottling(Tree()).periods, 0);
  Write("self", "0::/pod/box\n");
  Write("cgroup/cpu.stat", "usage_usec 77\n");
  Write("cgroup/pod/cpu.max", "150000 100000\n");
  Write("cgroup/pod/cpu.stat", "usage_usec 9\nnr_periods 40\nnr_throttled 8\nthrottled_usec 2500000\n");
  Write("cgroup/pod/box/cpu.stat", "usage_usec 9\nnr_periods 30\nnr_throttled 0\nthrottled_usec 0\n");
  EXPECT_EQ(ReadCpuThrottling(Tree()).periods, 40);
  EXPECT_EQ(ReadCpuThrottling(Tree()).throttled_periods, 8);
  EXPECT_EQ(ReadCpuThrottling(Tree()).throttled, absl::Milliseconds(2500));
}

TEST_F(CoreBudgetTest, ThrottlingOfVersion1IsInNanoseconds) {
  Write("self", "3:cpu,cpuacct:/box\n");
  Write("cgroup/cpu/box/cpu.stat", "nr_periods 40\nnr_throttled 8\nthrottled_time 2500000000\n");
  EXPECT_EQ(ReadCpuThrottling(Tree()).throttled_periods, 8);
  EXPECT_EQ(ReadCpuThrottling(Tree()).throttled, absl::Milliseconds(2500));
}

TEST_F(CoreBudgetTest, ALimitIsNotRounded) {
  EXPECT_EQ(CpuLimit(Tree()), std::thread::hardware_concurrency());
  Write("self", "0::/\n");
  Write("cgroup/cpu.max", "50000 100000\n");
  EXPECT_EQ(CpuLimit(Tree()), 0.5);
}

}  // namespace
}  // namespace traind
