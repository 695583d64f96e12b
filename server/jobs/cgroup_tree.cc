#include "server/jobs/cgroup_tree.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace traind {

std::string ReadText(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::optional<int64_t> ReadNumber(const std::string& path) {
  const std::vector<std::string> words = absl::StrSplit(ReadText(path), absl::ByAnyChar(" \n"));
  int64_t number = 0;
  if (!absl::SimpleAtoi(words.front(), &number)) return std::nullopt;
  return number;
}

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

}  // namespace traind
