// Numbers as the bytes of a blob.
#ifndef TRAIND_SERVER_DATASETS_APPEND_NUMBERS_H_
#define TRAIND_SERVER_DATASETS_APPEND_NUMBERS_H_

#include <bit>
#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "server/storage/blob_store.h"

namespace traind {

// Numbers are stored little-endian, as in memory.
template <typename Number>
absl::Status AppendNumbers(std::span<const Number> numbers, BlobWriter& blob) {
  static_assert(std::endian::native == std::endian::little, "stored numbers are mapped as they are");
  return blob.Append({reinterpret_cast<const char*>(numbers.data()), numbers.size_bytes()});
}

}  // namespace traind

#endif  // TRAIND_SERVER_DATASETS_APPEND_NUMBERS_H_
