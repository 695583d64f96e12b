#include "server/jobs/core_budget.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace traind {
namespace {

std::optional<double> CpuQuota(const std::string& folder) {
  const std::vector<std::string> words = absl::StrSplit(ReadText(folder + "/cpu.max"), absl::ByAnyChar(" \n"));
  double quota = 0;
  double period = 0;
  if (words.size() >= 2 && absl::SimpleAtod(words[0], &quota) && absl::SimpleAtod(words[1], &period) && period > 0) {
    return quota / period;
  }
  const std::optional<int64_t> quota_us = ReadNumber(folder + "/cpu.cfs_quota_us");  // -1: none
  const std::optional<int64_t> period_us = ReadNumber(folder + "/cpu.cfs_period_us");
  if (quota_us && period_us && *quota_us > 0 && *period_us > 0) {
    return static_cast<double>(*quota_us) / static_cast<double>(*period_us);
  }
  return std::nullopt;
}

// The least of `cores` and the quotas of our group and those above.
double LeastQuota(double cores, const CgroupTree& tree) {
  for (const std::string& folder : GroupFolders(tree, "cpu")) {
    cores = std::min(cores, CpuQuota(folder).value_or(cores));
  }
  return cores;
}

int AffinityCores() {
  for (int cpus = 1024; cpus <= 1 << 20; cpus *= 2) {
    cpu_set_t* set = CPU_ALLOC(cpus);
    const size_t size = CPU_ALLOC_SIZE(cpus);
    const int count = sched_getaffinity(0, size, set) == 0 ? CPU_COUNT_S(size, set) : 0;
    CPU_FREE(set);
    if (count > 0) return count;
  }
  return 1;
}

}  // namespace

int AvailableCores(const CgroupTree& tree) { return CoresWithinQuota(AffinityCores(), tree); }

int CoresWithinQuota(int cores, const CgroupTree& tree) {
  return std::max(static_cast<int>(std::ceil(LeastQuota(cores, tree))), 1);
}

double CpuLimit(const CgroupTree& tree) { return LeastQuota(AffinityCores(), tree); }

CpuThrottling ReadCpuThrottling(const CgroupTree& tree) {
  CpuThrottling most;
  for (const std::string& folder : GroupFolders(tree, "cpu")) {
    CpuThrottling group;
    for (const std::string& line : std::vector<std::string>(absl::StrSplit(ReadText(folder + "/cpu.stat"), '\n'))) {
      const std::pair<std::string, std::string> pair = absl::StrSplit(line, absl::MaxSplits(' ', 1));
      int64_t number = 0;
      if (!absl::SimpleAtoi(pair.second, &number)) continue;
      if (pair.first == "nr_periods") group.periods = number;
      if (pair.first == "nr_throttled") group.throttled_periods = number;
      if (pair.first == "throttled_usec") group.throttled = absl::Microseconds(number);
      if (pair.first == "throttled_time") group.throttled = absl::Nanoseconds(number);
    }
    most.periods = std::max(most.periods, group.periods);
    most.throttled_periods = std::max(most.throttled_periods, group.throttled_periods);
    most.throttled = std::max(most.throttled, group.throttled);
  }
  return most;
}

int64_t AvailableMemory(const CgroupTree& tree) {
  int64_t bytes = static_cast<int64_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE);
  for (const std::string& folder : GroupFolders(tree, "memory")) {
    for (const char* file : {"/memory.max", "/memory.high", "/memory.limit_in_bytes"}) {
      if (std::optional<int64_t> limit = ReadNumber(folder + file); limit && *limit > 0)
        bytes = std::min(bytes, *limit);
    }
  }
  return bytes;
}

}  // namespace traind
