#include "engine/data/row_order.h"

#include <algorithm>
#include <utility>

namespace traind::engine {

void Shuffle(Random& random, std::span<int64_t> rows) {
  for (std::size_t left = rows.size(); left > 1; --left) std::swap(rows[left - 1], rows[random.Below(left)]);
}

RowOrder::RowOrder(int64_t rows, const RowSet& held_out, bool shuffle, uint64_t seed)
    : held_out_(held_out),
      shuffle_(shuffle),
      seed_(seed),
      size_(rows - held_out.size()),
      listed_(rows <= kMostListedRows ? size_ : 0) {}

int64_t RowOrder::bytes(int64_t rows) {
  return rows <= kMostListedRows ? rows * static_cast<int64_t>(sizeof(int64_t)) : 0;
}

void RowOrder::StartEpoch(int64_t epoch) {
  Random random(seed_, RandomUse::kRowOrder, static_cast<uint32_t>(epoch));
  if (listed_.empty()) {
    if (shuffle_ && size_ > 0) permutation_.emplace(size_, random);
    return;
  }
  int64_t row = 0;
  for (int64_t& listed : listed_) {
    while (held_out_.size() > 0 && held_out_.Contains(row)) ++row;
    listed = row++;
  }
  if (shuffle_) Shuffle(random, listed_);
}

void RowOrder::Fill(int64_t first, std::span<int64_t> rows) const {
  if (!listed_.empty()) {
    std::copy_n(listed_.begin() + first, rows.size(), rows.begin());
    return;
  }
  if (permutation_) {
    permutation_->Fill(first, rows);
  } else {
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = first + static_cast<int64_t>(i);
  }
  if (held_out_.size() == 0) return;
  for (int64_t& row : rows) row = held_out_.NotIn(row);
}

}  // namespace traind::engine
