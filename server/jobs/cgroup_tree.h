// Where the kernel says what a process may use.
#ifndef TRAIND_SERVER_JOBS_CGROUP_TREE_H_
#define TRAIND_SERVER_JOBS_CGROUP_TREE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace traind {

// Where the kernel shows cgroups; a test gives a tree of its own.
struct CgroupTree {
  std::string root = "/sys/fs/cgroup";     // version 2 here or in unified/, version 1 in cpu/ and memory/
  std::string self = "/proc/self/cgroup";  // which groups the process is in
};

// The folders of our group and of all above it, for a `controller` of version 1, such as `cpu`; some are not there, and
// one may be named twice. A container may see its own group as the root while the kernel names it by its path on the
// host: such folders are not there, and the root, which is always in the list, has the limits.
std::vector<std::string> GroupFolders(const CgroupTree& tree, const std::string& controller);

// All of a file; empty if it cannot be read.
std::string ReadText(const std::string& path);
// The first number in a file; nothing if it says `max` or is not there.
std::optional<int64_t> ReadNumber(const std::string& path);

}  // namespace traind

#endif  // TRAIND_SERVER_JOBS_CGROUP_TREE_H_
