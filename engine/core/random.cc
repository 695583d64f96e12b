#include "engine/core/random.h"

#include <cmath>
#include <numbers>

namespace traind::engine {
std::array<uint32_t, 4> Philox4x32(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key) {
  for (int round = 0; round < kPhiloxRounds; ++round) {
    const uint64_t product0 = uint64_t{kPhiloxMultiplier0} * counter[0];
    const uint64_t product1 = uint64_t{kPhiloxMultiplier1} * counter[2];
    counter = {static_cast<uint32_t>(product1 >> 32) ^ counter[1] ^ key[0], static_cast<uint32_t>(product1),
               static_cast<uint32_t>(product0 >> 32) ^ counter[3] ^ key[1], static_cast<uint32_t>(product0)};
    key[0] += kPhiloxWeyl0;
    key[1] += kPhiloxWeyl1;
  }
  return counter;
}

void Random::NextBlock() {
  block_ = Philox4x32(counter_, key_);
  if (++counter_[0] == 0) ++counter_[1];
  used_ = 0;
}

uint64_t Random::Below(uint64_t bound) {
  // 128-bit product of a 64-bit draw: its upper half is the answer, its lower half tells the few draws to reject.
  __extension__ using Wide = unsigned __int128;
  const uint64_t rejected = -bound % bound;
  while (true) {
    const uint64_t upper = Bits();
    const Wide product = Wide{upper << 32 | Bits()} * bound;
    if (static_cast<uint64_t>(product) >= rejected) return static_cast<uint64_t>(product >> 64);
  }
}

double Random::Normal() {
  const double radius = (Bits() + 1.0) * 0x1.0p-32;  // in (0, 1]: its logarithm is finite
  const double angle = Bits() * 0x1.0p-32;
  return std::sqrt(-2.0 * std::log(radius)) * std::cos(2.0 * std::numbers::pi * angle);
}

}  // namespace traind::engine
