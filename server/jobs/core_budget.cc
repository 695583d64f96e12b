#include "server/jobs/core_budget.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <optional>
#include <sstream>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace traind {
namespace {

std::string ReadText(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// The first number in a file; nothing if it says `max` or is not there.
std::optional<int64_t> ReadNumber(const std::string& path) {
  const std::vector<std::string> words = absl::StrSplit(ReadText(path), absl::ByAnyChar(" \n"));
  int64_t number = 0;
  if (!absl::SimpleAtoi(words.front(), &number)) return std::nullopt;
  return number;
}

// The folders of our group and of all above it. A container may see its own group as the root while the kernel names it
// by its path on the host: such folders are not there, and the root, which is always in the list, has the limits.
std::vector<std::string> GroupFolders(const CgroupTree& tree, const std::string& controller) {
  std::vector<std::string> folders = {tree.root, absl::StrCat(tree.root, "/", controller)};
  for (const std::string& line : std::vector<std::string>(absl::StrSplit(ReadText(tree.self), '\n'))) {
    const std::vector<std::string> parts = absl::StrSplit(line, absl::MaxSplits(':', 2));  // id:controllers:path
    if (parts.size() < 3) continue;
    const std::vector<std::string> controllers = absl::StrSplit(parts[1], ',');
    const bool version_2 = parts[1].empty();
    if (!version_2 && std::find(controllers.begin(), controllers.end(), controller) == controllers.end()) continue;
    for (const std::string& mount : {version_2 ? "" : "/" + parts[1], version_2 ? "/unified" : "/" + controller}) {
      for (std::string path = parts[2];; path.resize(path.rfind('/'))) {
        folders.push_back(absl::StrCat(tree.root, mount, path == "/" ? "" : path));
        if (path.rfind('/') == std::string::npos) break;
      }
    }
  }
  return folders;
}

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
  for (const std::string& folder : GroupFolders(tree, "cpu")) {
    if (std::optional<double> quota = CpuQuota(folder); quota && *quota < cores) {
      cores = static_cast<int>(std::ceil(*quota));
    }
  }
  return std::max(cores, 1);
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
