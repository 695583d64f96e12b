// The checksum CRC-32C (Castagnoli), as in RFC 3720.
#ifndef TRAIND_ENGINE_CORE_CRC32C_H_
#define TRAIND_ENGINE_CORE_CRC32C_H_

#include <cstdint>
#include <string_view>

namespace traind::engine {

// That of bytes whose first part has the checksum `before` and whose rest is `bytes`. Of `123456789`: 0xE3069283.
uint32_t Crc32c(std::string_view bytes, uint32_t before = 0);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_CORE_CRC32C_H_
