// A random order of the numbers below a bound, computed place by place.
#ifndef TRAIND_ENGINE_DATA_PERMUTATION_H_
#define TRAIND_ENGINE_DATA_PERMUTATION_H_

#include <array>
#include <cstdint>
#include <span>

#include "engine/core/random.h"

namespace traind::engine {

// A true permutation, whatever the size: every number is at exactly one place. It takes no memory that grows with the
// size, which an order that is stored does, and it is not one of all orders as likely as any other: of the n! there
// are, it draws one of the many that its keys can say.
//
// A Feistel network over the smallest power of two that holds the numbers, which is a permutation of that whatever its
// rounds do; what falls beyond the size is sent through it again until it falls below (cycle walking; Black and Rogaway
// 2002), less than twice on average.
class Permutation {
 public:
  // `size` is at least 1. The order depends on size and stream of random numbers alone.
  Permutation(int64_t size, Random random);

  // The numbers at places [first, first + numbers.size()), which there are.
  void Fill(int64_t first, std::span<int64_t> numbers) const;

 private:
  static constexpr int kRounds = 6;

  int64_t size_;
  int left_bits_;
  int right_bits_;
  std::array<uint64_t, kRounds> keys_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_DATA_PERMUTATION_H_
