// A dataset out of .npy files: features, labels and perhaps weights, sent from where they lie.
#ifndef TRAIND_CLIENT_CLI_NPY_TABLE_H_
#define TRAIND_CLIENT_CLI_NPY_TABLE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "client/cli/npy_header.h"
#include "traind/v1/dataset.pb.h"

namespace traind::client {

// One array of a .npy file, mapped.
class NpyArray {
 public:
  // NOT_FOUND and the like if it cannot be read; INVALID_ARGUMENT names the file and says how to save it otherwise.
  static absl::StatusOr<std::unique_ptr<NpyArray>> Open(const std::string& path);
  ~NpyArray();
  NpyArray(const NpyArray&) = delete;
  NpyArray& operator=(const NpyArray&) = delete;

  const std::string& path() const { return path_; }
  const NpyHeader& header() const { return header_; }
  absl::string_view bytes() const;  // of the numbers

 private:
  explicit NpyArray(std::string path) : path_(std::move(path)) {}

  const std::string path_;
  NpyHeader header_;
  void* address_ = nullptr;
  int64_t size_ = 0;
};

class NpyTable {
 public:
  struct Paths {
    std::string features;
    std::string labels;
    std::string weights;  // empty: none
  };

  // Checks that the arrays fit each other and the task: features [rows, features], labels [rows], or [rows, targets]
  // for a regression, weights [rows].
  static absl::StatusOr<NpyTable> Open(const Paths& paths, v1::Dataset::Task task);

  // Without names. The classes are as many as the labels say: their largest and one.
  const v1::DatasetFormat& format() const { return format_; }
  int64_t size() const { return size_; }
  // Bytes as traind takes them, see Tensors in dataset.proto; for a Client.
  absl::StatusOr<size_t> Read(int64_t offset, absl::Span<char> span) const;

 private:
  struct Part {
    int64_t offset;
    std::unique_ptr<NpyArray> array;
  };

  NpyTable() = default;
  absl::Status Check(v1::Dataset::Task task);
  void Add(std::unique_ptr<NpyArray> array);

  v1::DatasetFormat format_;
  std::vector<Part> parts_;  // features, labels, weights
  int64_t size_ = 0;
};

}  // namespace traind::client

#endif  // TRAIND_CLIENT_CLI_NPY_TABLE_H_
