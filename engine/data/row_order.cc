#include "engine/data/row_order.h"

#include <utility>

#include "engine/data/split.h"

namespace traind::engine {

void Shuffle(Random& random, std::span<int64_t> rows) {
  for (std::size_t left = rows.size(); left > 1; --left) std::swap(rows[left - 1], rows[random.Below(left)]);
}

void ShuffledOrder(uint64_t seed, int64_t epoch, std::span<const int64_t> held_out, std::span<int64_t> order) {
  ListTrainingRows(held_out, order);
  Random random(seed, RandomUse::kRowOrder, static_cast<uint32_t>(epoch));
  Shuffle(random, order);
}

}  // namespace traind::engine
