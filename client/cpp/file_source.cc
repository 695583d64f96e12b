#include "client/cpp/file_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"

namespace traind::client {
namespace {

constexpr int64_t kMostHeldBytes = 256 << 20;
constexpr size_t kPieceBytes = 1 << 20;

}  // namespace

absl::StatusOr<std::unique_ptr<FileSource>> FileSource::Open(const std::string& path) {
  auto source = absl::WrapUnique(new FileSource(path, open(path.c_str(), O_RDONLY | O_CLOEXEC)));
  if (source->descriptor_ < 0) return source->Error(errno);
  struct stat status;
  if (fstat(source->descriptor_, &status) != 0) return source->Error(errno);
  if (S_ISDIR(status.st_mode)) {
    return absl::InvalidArgumentError(absl::StrCat("cannot read ", path, ": it is a directory"));
  }
  source->regular_ = S_ISREG(status.st_mode);
  source->size_ = status.st_size;
  if (!source->regular_) {
    if (absl::Status read = source->ReadAll(); !read.ok()) return read;
  }
  return source;
}

FileSource::~FileSource() {
  if (descriptor_ >= 0) close(descriptor_);
}

absl::Status FileSource::Error(int error) const {
  return absl::ErrnoToStatus(error, absl::StrCat("cannot read ", path_));
}

absl::Status FileSource::ReadAll() {
  std::string piece(kPieceBytes, '\0');
  while (true) {
    const ssize_t count = read(descriptor_, piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Error(errno);
    if (count == 0) break;
    held_.append(piece, 0, static_cast<size_t>(count));
    if (static_cast<int64_t>(held_.size()) > kMostHeldBytes) {
      return absl::InvalidArgumentError(absl::StrCat(path_, " is no regular file and gives more than ", kMostHeldBytes,
                                                     " bytes; save it as a file first"));
    }
  }
  size_ = static_cast<int64_t>(held_.size());
  return absl::OkStatus();
}

absl::StatusOr<size_t> FileSource::Read(int64_t offset, absl::Span<char> span) const {
  if (!regular_) {
    if (offset >= size_) return size_t{0};
    return held_.copy(span.data(), span.size(), static_cast<size_t>(offset));
  }
  while (true) {
    const ssize_t count = pread(descriptor_, span.data(), span.size(), offset);
    if (count >= 0) return static_cast<size_t>(count);
    if (errno != EINTR) return Error(errno);
  }
}

}  // namespace traind::client
