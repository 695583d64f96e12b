// An upload into a real store, beside what it ought to be. Whatever differs ends the process.
#ifndef TRAIND_TESTS_FUZZ_UPLOAD_MODEL_H_
#define TRAIND_TESTS_FUZZ_UPLOAD_MODEL_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/datasets/dataset_format.h"
#include "server/datasets/uploads.h"

namespace traind {

// One at a time: they share a store, and leave nothing in it.
class UploadModel {
 public:
  // Announces `size` bytes of that format.
  UploadModel(const DatasetFormat& format, int64_t size);
  ~UploadModel();
  UploadModel(const UploadModel&) = delete;
  UploadModel& operator=(const UploadModel&) = delete;

  // What the server does with a chunk of a stream, which begins with it if there is none. A refusal ends the stream.
  void Append(int64_t offset, std::string_view bytes, std::optional<uint32_t> crc32c);
  // What has come is safe from now on.
  void EndStream();
  // What was not safe may be gone.
  void Kill();
  // With the hash of what has come, or with another.
  void Commit();
  void CommitOther();

  // Bytes that were accepted and are still to be there.
  int64_t received() const { return static_cast<int64_t>(received_.size()); }
  // It was committed, and is over.
  bool is_dataset() const { return is_dataset_; }

 private:
  void CheckFile() const;
  void CheckDataset(const DatasetRecord& dataset) const;

  const DatasetFormat format_;
  const int64_t size_;
  std::string id_;
  std::unique_ptr<UploadLease> lease_;  // of the stream under way
  std::string received_;
  bool is_dataset_ = false;
};

}  // namespace traind

#endif  // TRAIND_TESTS_FUZZ_UPLOAD_MODEL_H_
