#include "engine/core/aligned_buffer.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <utility>

namespace traind::engine {
namespace {

TEST(AlignedBufferTest, StartsOnACacheLineAndIsZero) {
  for (const int64_t size : {1, 7, 16, 1000}) {
    const AlignedBuffer buffer(size);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(buffer.data()) % 64, 0u);
    for (const float value : buffer.span()) EXPECT_EQ(value, 0.0f);
    EXPECT_EQ(buffer.size(), size);
  }
}

TEST(AlignedBufferTest, AMoveKeepsTheAddress) {
  AlignedBuffer buffer(3);
  float* const address = buffer.data();
  const AlignedBuffer moved = std::move(buffer);
  EXPECT_EQ(moved.data(), address);
}

TEST(AlignedBufferTest, RoundsUpToWholeCacheLines) {
  EXPECT_EQ(AlignedBuffer::Aligned(0), 0);
  EXPECT_EQ(AlignedBuffer::Aligned(1), 16);
  EXPECT_EQ(AlignedBuffer::Aligned(16), 16);
  EXPECT_EQ(AlignedBuffer::Aligned(17), 32);
}

}  // namespace
}  // namespace traind::engine
