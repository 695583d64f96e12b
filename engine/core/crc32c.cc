#include "engine/core/crc32c.h"

#include <isa-l/crc.h>

#include <algorithm>

namespace traind::engine {

uint32_t Crc32c(std::string_view bytes) {
  constexpr size_t kMost = 1 << 30;  // its lengths are of type int
  uint32_t crc = ~uint32_t{0};
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, kMost);
    // It does not write to the bytes, but takes them so.
    auto* data = reinterpret_cast<unsigned char*>(const_cast<char*>(piece.data()));
    crc = crc32_iscsi(data, static_cast<int>(piece.size()), crc);
    bytes.remove_prefix(piece.size());
  }
  return ~crc;
}

}  // namespace traind::engine
