#include "engine/layers/step_random.h"

#include <gtest/gtest.h>

#include <set>
#include <tuple>

namespace traind::engine {
namespace {

RandomChunk Draw(const StepClock& clock, RandomUse use, uint32_t layer, int64_t chunk) {
  RandomChunk bits;
  DrawChunk(clock, use, layer, chunk, bits);
  return bits;
}

TEST(StepRandomTest, IsPhiloxBlockByBlock) {
  const StepClock clock = {.seed = 0x123456789ABCDEF0, .step = 0x00AB'CDEF'0000'0005};
  const RandomChunk bits = Draw(clock, RandomUse::kDropout, 7, 3);
  for (uint32_t block = 0; block < 256; ++block) {
    const auto expected = Philox4x32({3 * 256 + block, 5, 7, 4u | 0x00AB'CDEFu << 8}, {0x9ABCDEF0, 0x12345678});
    for (uint32_t word = 0; word < 4; ++word) {
      ASSERT_EQ(bits[block / 16 * 64 + word * 16 + block % 16], expected[word]) << "block " << block;
    }
  }
}

TEST(StepRandomTest, EveryArgumentNamesAnotherStream) {
  std::set<RandomChunk> chunks;
  int count = 0;
  for (const uint64_t seed : {0ull, 1ull, 1ull << 32}) {
    for (const uint64_t step : {0ull, 1ull, 1ull << 32}) {
      for (const RandomUse use : {RandomUse::kDropout, RandomUse::kGaussianNoise}) {
        for (const uint32_t layer : {0u, 1u}) {
          for (const int64_t chunk : {0, 1}) {
            chunks.insert(Draw({.seed = seed, .step = step}, use, layer, chunk));
            ++count;
          }
        }
      }
    }
  }
  EXPECT_EQ(chunks.size(), static_cast<std::size_t>(count));
}

}  // namespace
}  // namespace traind::engine
