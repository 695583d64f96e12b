#include "engine/data/permutation.h"

#include <algorithm>
#include <bit>

namespace traind::engine {
namespace {

// The finalizer of MurmurHash3, keyed.
uint64_t Mix(uint64_t value, uint64_t key) {
  value ^= key;
  value ^= value >> 33;
  value *= 0xFF51AFD7ED558CCD;
  value ^= value >> 33;
  value *= 0xC4CEB9FE1A85EC53;
  return value ^ value >> 33;
}

// Of the largest number below `size`.
int Bits(int64_t size) { return static_cast<int>(std::bit_width(static_cast<uint64_t>(size - 1))); }

}  // namespace

Permutation::Permutation(int64_t size, Random random)
    : size_(size), left_bits_(std::max(Bits(size) / 2, 1)), right_bits_(std::max(Bits(size) - left_bits_, 1)) {
  for (uint64_t& key : keys_) key = uint64_t{random.Bits()} << 32 | random.Bits();
}

void Permutation::Fill(int64_t first, std::span<int64_t> numbers) const {
  const uint64_t left_mask = (uint64_t{1} << left_bits_) - 1;
  const uint64_t right_mask = (uint64_t{1} << right_bits_) - 1;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    auto number = static_cast<uint64_t>(first) + i;
    do {
      uint64_t left = number >> right_bits_;
      uint64_t right = number & right_mask;
      for (int round = 0; round < kRounds; round += 2) {
        left ^= Mix(right, keys_[round]) & left_mask;
        right ^= Mix(left, keys_[round + 1]) & right_mask;
      }
      number = left << right_bits_ | right;
    } while (number >= static_cast<uint64_t>(size_));
    numbers[i] = static_cast<int64_t>(number);
  }
}

}  // namespace traind::engine
