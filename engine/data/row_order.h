// The order in which an epoch visits its rows.
#ifndef TRAIND_ENGINE_DATA_ROW_ORDER_H_
#define TRAIND_ENGINE_DATA_ROW_ORDER_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/core/random.h"
#include "engine/data/permutation.h"
#include "engine/data/row_set.h"

namespace traind::engine {

// Up to so many rows an order is drawn from all there are, as a list of 8 MiB at most; beyond, lists would take more
// memory than the network, and a Permutation is computed on the way.
inline constexpr int64_t kMostListedRows = 1 << 20;

// Puts `rows` in random order, every order being as likely (Fisher and Yates; Durstenfeld 1964).
void Shuffle(Random& random, std::span<int64_t> rows);

// The training rows, in the order of one epoch after another. Each epoch's order depends on the seed and its number
// alone, not on the epochs before, so that a run can continue anywhere.
class RowOrder {
 public:
  // Of the rows below `rows` that are not in `held_out`, which must outlive this. In ascending order unless `shuffle`.
  RowOrder(int64_t rows, const RowSet& held_out, bool shuffle, uint64_t seed);

  // Bytes that the order of so many rows takes.
  static int64_t bytes(int64_t rows);

  int64_t size() const { return size_; }

  // Goes to the order of an epoch, counted from 0. Needed before Fill, and allocates nothing.
  void StartEpoch(int64_t epoch);

  // The rows at places [first, first + rows.size()) of the epoch's order. Allocates nothing.
  void Fill(int64_t first, std::span<int64_t> rows) const;

 private:
  const RowSet& held_out_;
  const bool shuffle_;
  const uint64_t seed_;
  const int64_t size_;
  std::vector<int64_t> listed_;  // if they are few
  std::optional<Permutation> permutation_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_DATA_ROW_ORDER_H_
