// What of the machine is ours: in a container the cgroup says, not the hardware.
#ifndef TRAIND_SERVER_JOBS_CORE_BUDGET_H_
#define TRAIND_SERVER_JOBS_CORE_BUDGET_H_

#include <cstdint>

#include "absl/time/time.h"
#include "server/jobs/cgroup_tree.h"

namespace traind {

// Cores that the process may keep busy: the least of its affinity mask and the CPU quotas (rounded up) of its cgroup
// and those above it, of version 1 and 2. At least 1.
int AvailableCores(const CgroupTree& tree = {});

// The same where the affinity mask has `cores`.
int CoresWithinQuota(int cores, const CgroupTree& tree = {});

// The same limit as it is, not rounded: half a core is 0.5.
double CpuLimit(const CgroupTree& tree = {});

// What the CPU quota has cost so far, of the group, ours or one above, that it cost most. All 0 without a quota.
struct CpuThrottling {
  int64_t periods = 0;            // in which the group ran at all
  int64_t throttled_periods = 0;  // in which it had used its quota up before the end
  absl::Duration throttled;       // how long its threads stood still, each counted, or on version 1 each CPU
};
CpuThrottling ReadCpuThrottling(const CgroupTree& tree = {});

// Bytes of memory that the process may use: the least of the machine's and the limits of its cgroup and those above,
// whether the kernel kills at them or, from memory.high on, slows down.
int64_t AvailableMemory(const CgroupTree& tree = {});

}  // namespace traind

#endif  // TRAIND_SERVER_JOBS_CORE_BUDGET_H_
