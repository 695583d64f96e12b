#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "server/storage/file_system.h"

namespace traind {
namespace {

absl::Status Error(const char* what, const std::string& path, int error) {
  const std::string message = absl::StrCat("cannot ", what, " ", path, ": ", std::generic_category().message(error));
  switch (error) {
    case ENOENT:
      return absl::NotFoundError(message);
    case EEXIST:
      return absl::AlreadyExistsError(message);
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return absl::ResourceExhaustedError(message);
    case EIO:
    case EACCES:
    case EPERM:
    case EROFS:
      return absl::UnavailableError(message);
    default:
      return absl::InternalError(message);
  }
}

absl::Status SyncDescriptor(int descriptor, const std::string& path) {
  return fsync(descriptor) == 0 ? absl::OkStatus() : Error("sync", path, errno);
}

class PosixWritableFile final : public WritableFile {
 public:
  PosixWritableFile(std::string path, int descriptor, int64_t size = 0)
      : path_(std::move(path)), descriptor_(descriptor), size_(size), writing_back_(size) {}
  ~PosixWritableFile() override {
    if (descriptor_ >= 0) close(descriptor_);
  }

  absl::Status Append(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t written = write(descriptor_, bytes.data(), bytes.size());
      if (written < 0) {
        if (errno == EINTR) continue;
        return Error("write", path_, errno);
      }
      bytes.remove_prefix(static_cast<size_t>(written));
      size_ += written;
    }
    StartWriteBack();
    return absl::OkStatus();
  }

  absl::Status Sync() override { return SyncDescriptor(descriptor_, path_); }

  absl::Status Close() override {
    // Whatever close answers, the descriptor is gone.
    const int result = close(std::exchange(descriptor_, -1));
    return result == 0 ? absl::OkStatus() : Error("close", path_, errno);
  }

 private:
  // The disk works while more comes in, so that little is left to wait for in Sync, which tells what went wrong.
  void StartWriteBack() {
    if (size_ - writing_back_ < kWriteBackBytes) return;
    sync_file_range(descriptor_, writing_back_, size_ - writing_back_, SYNC_FILE_RANGE_WRITE);
    writing_back_ = size_;
  }

  static constexpr int64_t kWriteBackBytes = 8 << 20;

  const std::string path_;
  int descriptor_;
  int64_t size_;
  int64_t writing_back_;  // up to here
};

class PosixMappedFile final : public MappedFile {
 public:
  PosixMappedFile(void* address, size_t size) : address_(address), size_(size) {}
  ~PosixMappedFile() override {
    if (size_ > 0) munmap(address_, size_);
  }
  std::string_view bytes() const override { return {static_cast<const char*>(address_), size_}; }

 private:
  void* const address_;
  const size_t size_;
};

// Closes a descriptor that is needed for the length of a function.
class ScopedDescriptor {
 public:
  explicit ScopedDescriptor(int descriptor) : descriptor_(descriptor) {}
  ~ScopedDescriptor() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  ScopedDescriptor(const ScopedDescriptor&) = delete;
  ScopedDescriptor& operator=(const ScopedDescriptor&) = delete;
  int get() const { return descriptor_; }

 private:
  const int descriptor_;
};

class Posix final : public FileSystem {
 public:
  absl::Status MakeDirectory(const std::string& path) override {
    if (mkdir(path.c_str(), 0777) == 0) return absl::OkStatus();
    const int error = errno;
    struct stat status;
    const bool is_file = error == EEXIST && stat(path.c_str(), &status) == 0 && !S_ISDIR(status.st_mode);
    return Error("make directory", path, is_file ? ENOTDIR : error);
  }

  absl::StatusOr<std::unique_ptr<WritableFile>> Create(const std::string& path) override {
    const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (descriptor < 0) return Error("create", path, errno);
    return std::make_unique<PosixWritableFile>(path, descriptor);
  }

  absl::StatusOr<std::unique_ptr<WritableFile>> OpenToAppend(const std::string& path, int64_t size) override {
    const int descriptor = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) return Error("open", path, errno);
    auto file = std::make_unique<PosixWritableFile>(path, descriptor, size);
    if (ftruncate(descriptor, size) != 0) return Error("cut", path, errno);
    if (lseek(descriptor, size, SEEK_SET) != size) return Error("write", path, errno);
    return file;
  }

  absl::Status Link(const std::string& from, const std::string& to) override {
    return link(from.c_str(), to.c_str()) == 0 ? absl::OkStatus()
                                               : Error("link", absl::StrCat(from, " to ", to), errno);
  }

  absl::Status Rename(const std::string& from, const std::string& to) override {
    return rename(from.c_str(), to.c_str()) == 0 ? absl::OkStatus()
                                                 : Error("rename", absl::StrCat(from, " to ", to), errno);
  }

  absl::Status Remove(const std::string& path) override {
    return unlink(path.c_str()) == 0 || errno == ENOENT ? absl::OkStatus() : Error("remove", path, errno);
  }

  absl::Status SyncDirectory(const std::string& path) override {
    const ScopedDescriptor directory(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (directory.get() < 0) return Error("open", path, errno);
    return SyncDescriptor(directory.get(), path);
  }

  absl::StatusOr<std::unique_ptr<MappedFile>> Map(const std::string& path) override {
    const ScopedDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) return Error("open", path, errno);
    struct stat status;
    if (fstat(file.get(), &status) != 0) return Error("look at", path, errno);
    const size_t size = static_cast<size_t>(status.st_size);
    // mmap refuses a length of zero.
    if (size == 0) return std::make_unique<PosixMappedFile>(nullptr, 0);
    void* address = mmap(nullptr, size, PROT_READ, MAP_SHARED, file.get(), 0);
    if (address == MAP_FAILED) return Error("map", path, errno);
    return std::make_unique<PosixMappedFile>(address, size);
  }

  absl::StatusOr<int64_t> Size(const std::string& path) override {
    struct stat status;
    if (stat(path.c_str(), &status) != 0) return Error("look at", path, errno);
    return static_cast<int64_t>(status.st_size);
  }

  absl::StatusOr<int64_t> FreeBytes(const std::string& path) override {
    struct statvfs status;
    if (statvfs(path.c_str(), &status) != 0) return Error("look at", path, errno);
    return static_cast<int64_t>(status.f_bavail) * static_cast<int64_t>(status.f_frsize);
  }

  absl::StatusOr<std::vector<std::string>> List(const std::string& path) override {
    std::error_code error;
    std::vector<std::string> names;
    for (std::filesystem::directory_iterator entry(path, error), end; !error && entry != end; entry.increment(error)) {
      names.push_back(entry->path().filename().string());
    }
    if (error) return Error("list", path, error.value());
    std::sort(names.begin(), names.end());
    return names;
  }
};

}  // namespace

FileSystem& PosixFileSystem() {
  static Posix* const kFileSystem = new Posix;
  return *kFileSystem;
}

}  // namespace traind
