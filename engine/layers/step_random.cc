#include "engine/layers/step_random.h"

#include "engine/core/multiversion.h"

namespace traind::engine {
namespace {

// Blocks side by side.
constexpr int64_t kLanes = 16;
constexpr int64_t kBlockWords = 4;
constexpr int64_t kTileWords = kLanes * kBlockWords;

// Philox4x32() of `first_block`, first_block + 1, ... in counter[0]. The words are held in 64 bits, whose upper halves
// mean nothing: that way the compiler finds the instruction that multiplies 32 by 32 bits.
TRAIND_MULTIVERSION void Fill(const std::array<uint32_t, 2>& key, const std::array<uint32_t, 4>& counter,
                              uint32_t* __restrict bits) {
  constexpr auto kTiles = static_cast<int64_t>(RandomChunk().size()) / kTileWords;
  for (int64_t tile = 0; tile < kTiles; ++tile) {
    uint32_t* const words = bits + tile * kTileWords;
    for (int64_t lane = 0; lane < kLanes; ++lane) {
      uint64_t c0 = counter[0] + static_cast<uint32_t>(tile * kLanes + lane);
      uint64_t c1 = counter[1], c2 = counter[2], c3 = counter[3];
      uint64_t key0 = key[0], key1 = key[1];
#pragma GCC unroll 10
      for (int round = 0; round < kPhiloxRounds; ++round) {
        const uint64_t product0 = uint64_t{static_cast<uint32_t>(c0)} * kPhiloxMultiplier0;
        const uint64_t product1 = uint64_t{static_cast<uint32_t>(c2)} * kPhiloxMultiplier1;
        c0 = (product1 >> 32) ^ c1 ^ key0;
        c2 = (product0 >> 32) ^ c3 ^ key1;
        c1 = product1;
        c3 = product0;
        key0 += kPhiloxWeyl0;
        key1 += kPhiloxWeyl1;
      }
      words[lane] = static_cast<uint32_t>(c0);
      words[kLanes + lane] = static_cast<uint32_t>(c1);
      words[2 * kLanes + lane] = static_cast<uint32_t>(c2);
      words[3 * kLanes + lane] = static_cast<uint32_t>(c3);
    }
  }
}

}  // namespace

void DrawChunk(const StepClock& clock, RandomUse use, uint32_t layer, int64_t chunk, RandomChunk& bits) {
  constexpr auto kChunkBlocks = static_cast<int64_t>(RandomChunk().size()) / kBlockWords;
  // Uses are far below 256, so the upper half of the step finds room beside them.
  const std::array<uint32_t, 4> counter = {static_cast<uint32_t>(chunk * kChunkBlocks),
                                           static_cast<uint32_t>(clock.step), layer,
                                           static_cast<uint32_t>(use) | static_cast<uint32_t>(clock.step >> 32) << 8};
  Fill({static_cast<uint32_t>(clock.seed), static_cast<uint32_t>(clock.seed >> 32)}, counter, bits.data());
}

}  // namespace traind::engine
