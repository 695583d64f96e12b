#include "server/rpc/small_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "absl/cleanup/cleanup.h"

namespace traind {
namespace {

constexpr size_t kMostBytes = size_t{1} << 20;

absl::Status SystemError(int error) { return absl::FailedPreconditionError(std::generic_category().message(error)); }

}  // namespace

absl::StatusOr<std::string> ReadSmallFile(const std::string& path) {
  // Without O_NONBLOCK a pipe would hold the server up until somebody writes to it.
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return SystemError(errno);
  const auto close_it = absl::MakeCleanup([descriptor] { close(descriptor); });
  struct stat status;
  if (fstat(descriptor, &status) != 0) return SystemError(errno);
  if (!S_ISREG(status.st_mode)) return absl::FailedPreconditionError("it is no regular file");
  std::string bytes(kMostBytes + 1, '\0');
  size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t count = read(descriptor, bytes.data() + size, bytes.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return SystemError(errno);
    if (count == 0) break;
    size += static_cast<size_t>(count);
  }
  if (size > kMostBytes) return absl::FailedPreconditionError("it is larger than 1 MiB");
  bytes.resize(size);
  return bytes;
}

}  // namespace traind
