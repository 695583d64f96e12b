// The two blobs of a dataset being written.
#ifndef TRAIND_SERVER_DATASETS_TABLE_OUTPUT_H_
#define TRAIND_SERVER_DATASETS_TABLE_OUTPUT_H_

#include <bit>
#include <memory>
#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "server/storage/blob_store.h"

namespace traind {

struct TableOutput {
  std::unique_ptr<BlobWriter> features;  // float32 [rows, features], row-major
  std::unique_ptr<BlobWriter> labels;    // int32 [rows] class indices, or float32 [rows, targets], row-major
};

// Numbers are stored little-endian, as in memory.
template <typename Number>
absl::Status AppendNumbers(std::span<const Number> numbers, BlobWriter& blob) {
  static_assert(std::endian::native == std::endian::little, "stored numbers are mapped as they are");
  return blob.Append({reinterpret_cast<const char*>(numbers.data()), numbers.size_bytes()});
}

}  // namespace traind

#endif  // TRAIND_SERVER_DATASETS_TABLE_OUTPUT_H_
