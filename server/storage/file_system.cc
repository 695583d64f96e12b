#include "server/storage/file_system.h"

#include <filesystem>

namespace traind {

absl::Status MakeDurableDirectory(FileSystem& files, const std::string& path) {
  const std::string above = std::filesystem::path(path).parent_path().string();
  const std::string parent = above.empty() ? "." : above;
  absl::Status made = files.MakeDirectory(path);
  // From top to bottom, each synced before the next: of those that are there, only the lowest can be unsynced.
  if ((made.ok() || absl::IsNotFound(made)) && parent != "." && parent != path) {
    if (absl::Status status = MakeDurableDirectory(files, parent); !status.ok()) return status;
    if (absl::IsNotFound(made)) made = files.MakeDirectory(path);
  }
  if (!made.ok() && !absl::IsAlreadyExists(made)) return made;
  return files.SyncDirectory(parent);
}

}  // namespace traind
