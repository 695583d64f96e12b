#include "engine/core/crc32c.h"

#include <gtest/gtest.h>

#include <string>

namespace traind::engine {
namespace {

// The check value of the catalogue of CRCs, and those of RFC 3720, appendix B.4.
TEST(Crc32cTest, KnownValues) {
  EXPECT_EQ(Crc32c(""), 0u);
  EXPECT_EQ(Crc32c("123456789"), 0xE3069283u);
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8A9136AAu);
  EXPECT_EQ(Crc32c(std::string(32, '\xFF')), 0x62A8AB43u);
}

}  // namespace
}  // namespace traind::engine
