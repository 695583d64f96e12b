// What of the machine is ours: in a container the cgroup says, not the hardware.
#ifndef TRAIND_SERVER_JOBS_CORE_BUDGET_H_
#define TRAIND_SERVER_JOBS_CORE_BUDGET_H_

#include <cstdint>
#include <string>

namespace traind {

// Where the kernel shows cgroups; a test gives a tree of its own.
struct CgroupTree {
  std::string root = "/sys/fs/cgroup";     // version 2 here or in unified/, version 1 in cpu/ and memory/
  std::string self = "/proc/self/cgroup";  // which groups the process is in
};

// Cores that the process may keep busy: the least of its affinity mask and the CPU quotas (rounded up) of its cgroup
// and those above it, of version 1 and 2. At least 1.
int AvailableCores(const CgroupTree& tree = {});

// The same where the affinity mask has `cores`.
int CoresWithinQuota(int cores, const CgroupTree& tree = {});

// Bytes of memory that the process may use: the least of the machine's and the limits of its cgroup and those above,
// whether the kernel kills at them or, from memory.high on, slows down.
int64_t AvailableMemory(const CgroupTree& tree = {});

}  // namespace traind

#endif  // TRAIND_SERVER_JOBS_CORE_BUDGET_H_
