#include "server/storage/data_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"

namespace traind {

absl::StatusOr<std::unique_ptr<DataDirectory>> DataDirectory::Open(FileSystem& files, std::string path) {
  if (path.empty()) return absl::InvalidArgumentError("the data directory has no name");
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  if (absl::Status status = MakeDurableDirectory(files, path); !status.ok()) return status;

  const std::string lock_path = absl::StrCat(path, "/LOCK");
  const int lock = open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (lock < 0) {
    return absl::UnavailableError(
        absl::StrCat("cannot open ", lock_path, ": ", std::generic_category().message(errno)));
  }
  auto directory = absl::WrapUnique(new DataDirectory(std::move(path), lock));
  if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) {
      return absl::FailedPreconditionError(
          absl::StrCat("another traind uses ", directory->path(), ": stop it, or choose another data directory"));
    }
    return absl::UnavailableError(
        absl::StrCat("cannot lock ", lock_path, ": ", std::generic_category().message(errno)));
  }
  return directory;
}

DataDirectory::~DataDirectory() { close(lock_); }

}  // namespace traind
