// A blob written a few bytes at a time, whose hash is known before it is committed.
#ifndef TRAIND_SERVER_DATASETS_BLOB_OUTPUT_H_
#define TRAIND_SERVER_DATASETS_BLOB_OUTPUT_H_

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/storage/blob_store.h"
#include "server/storage/sha256.h"

namespace traind {

// Gathers bytes and hands them on in large pieces.
class BlobOutput {
 public:
  explicit BlobOutput(std::unique_ptr<BlobWriter> writer) : writer_(std::move(writer)) {}

  absl::Status Append(std::string_view bytes);
  // Numbers are stored little-endian, as in memory.
  template <typename Number>
  absl::Status AppendNumbers(std::span<const Number> numbers) {
    return Append({reinterpret_cast<const char*>(numbers.data()), numbers.size_bytes()});
  }

  // Hands on what is left and returns the hash of all, 64 hex digits. Called once, after the last Append.
  absl::StatusOr<std::string> Finish();
  // The writer, ready to be committed; after Finish.
  std::unique_ptr<BlobWriter> TakeWriter() { return std::move(writer_); }

 private:
  absl::Status Flush();

  std::unique_ptr<BlobWriter> writer_;
  Sha256 hash_;
  std::string waiting_;
};

// The two blobs of a dataset being written.
struct TableOutput {
  BlobOutput features;  // float32 [rows, features], row-major
  BlobOutput labels;    // int32 [rows] class indices, or float32 [rows]
};

}  // namespace traind

#endif  // TRAIND_SERVER_DATASETS_BLOB_OUTPUT_H_
