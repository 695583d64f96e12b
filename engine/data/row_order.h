// The order in which an epoch visits its rows.
#ifndef TRAIND_ENGINE_DATA_ROW_ORDER_H_
#define TRAIND_ENGINE_DATA_ROW_ORDER_H_

#include <cstdint>
#include <span>

#include "engine/core/random.h"

namespace traind::engine {

// Puts `rows` in random order, every order being as likely (Fisher and Yates; Durstenfeld 1964).
void Shuffle(Random& random, std::span<int64_t> rows);

// Fills `order` with the rows that are not among `held_out` (see ListTrainingRows) in the order of epoch `epoch`,
// counted from 0. Each epoch's order depends on the seed and its number alone, not on the epochs before, so that a run
// can continue anywhere.
void ShuffledOrder(uint64_t seed, int64_t epoch, std::span<const int64_t> held_out, std::span<int64_t> order);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_DATA_ROW_ORDER_H_
