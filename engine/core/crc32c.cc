#include "engine/core/crc32c.h"

#include <isa-l/crc.h>

#include <algorithm>
#include <cstddef>

namespace traind::engine {

uint32_t Crc32c(std::string_view bytes, uint32_t before) {
  // The library counts in int, and neither begins nor ends with the inversion that belongs to the checksum.
  constexpr std::size_t kMost = std::size_t{1} << 30;
  uint32_t crc = ~before;
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, kMost);
    // It only reads.
    auto* const data = reinterpret_cast<unsigned char*>(const_cast<char*>(piece.data()));
    crc = crc32_iscsi(data, static_cast<int>(piece.size()), crc);
    bytes.remove_prefix(piece.size());
  }
  return ~crc;
}

}  // namespace traind::engine
