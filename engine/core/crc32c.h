// CRC-32C (Castagnoli; RFC 3720, appendix B.4), by ISA-L.
#ifndef TRAIND_ENGINE_CORE_CRC32C_H_
#define TRAIND_ENGINE_CORE_CRC32C_H_

#include <cstdint>
#include <string_view>

namespace traind::engine {

uint32_t Crc32c(std::string_view bytes);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_CORE_CRC32C_H_
