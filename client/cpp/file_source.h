// Files as what a Client uploads.
#ifndef TRAIND_CLIENT_CPP_FILE_SOURCE_H_
#define TRAIND_CLIENT_CPP_FILE_SOURCE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace traind::client {

// Bytes of a file that is open as long as this lives. What has no size, such as a pipe, is first read into memory, at
// most 256 MiB.
class FileSource {
 public:
  // NOT_FOUND, PERMISSION_DENIED and the like when the file cannot be read.
  static absl::StatusOr<std::unique_ptr<FileSource>> Open(const std::string& path);
  ~FileSource();
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  int64_t size() const { return size_; }
  // Whether the file keeps its bytes, so that an upload of it can go on in another process.
  bool is_regular() const { return regular_; }
  // Fills a prefix of the span with the bytes from `offset` on and returns its length, 0 at the end.
  absl::StatusOr<size_t> Read(int64_t offset, absl::Span<char> span) const;

 private:
  FileSource(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  absl::Status ReadAll();
  absl::Status Error(int error) const;

  const std::string path_;
  const int descriptor_;
  bool regular_ = true;
  int64_t size_ = 0;
  std::string held_;  // unless it is regular
};

}  // namespace traind::client

#endif  // TRAIND_CLIENT_CPP_FILE_SOURCE_H_
