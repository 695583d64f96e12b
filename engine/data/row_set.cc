#include "engine/data/row_set.h"

#include <algorithm>
#include <bit>

namespace traind::engine {
namespace {

constexpr int64_t kWordBits = 64;

int64_t Blocks(int64_t rows, int64_t block) { return (rows + block - 1) / block; }

}  // namespace

RowSet::RowSet(int64_t rows) : rows_(rows), words_(Blocks(rows, kBlock) * (kBlock / kWordBits)) {}

int64_t RowSet::bytes(int64_t rows) {
  return Blocks(rows, kBlock) * (kBlock / 8 + static_cast<int64_t>(sizeof(int64_t)));
}

void RowSet::Count() {
  before_.clear();
  before_.reserve(Blocks(rows_, kBlock));
  size_ = 0;
  for (std::size_t i = 0; i < words_.size(); ++i) {
    if (i % (kBlock / kWordBits) == 0) before_.push_back(size_);
    size_ += std::popcount(words_[i]);
  }
}

template <bool in>
int64_t RowSet::Find(int64_t index) const {
  const auto before = [this](int64_t block) { return in ? before_[block] : block * kBlock - before_[block]; };
  const auto blocks = static_cast<int64_t>(before_.size());
  const int64_t all = in ? size_ : rows_ - size_;
  // Where it is if they are spread evenly, as they mostly are; then a few steps.
  const double share = static_cast<double>(index) / static_cast<double>(all);
  int64_t block = std::clamp<int64_t>(static_cast<int64_t>(share * static_cast<double>(blocks)), 0, blocks - 1);
  int64_t step = 1;
  int64_t low = block;
  while (before(low) > index) low = std::max<int64_t>(low - step, 0), step *= 2;
  int64_t high = std::max(block, low);
  step = 1;
  while (high < blocks && before(high) <= index) high = std::min(high + step, blocks), step *= 2;
  while (high - low > 1) {
    const int64_t middle = low + (high - low) / 2;
    (before(middle) <= index ? low : high) = middle;
  }
  int64_t left = index - before(low);
  for (int64_t word = low * (kBlock / kWordBits);; ++word) {
    uint64_t bits = in ? words_[word] : ~words_[word];
    const int64_t count = std::popcount(bits);
    if (left >= count) {
      left -= count;
      continue;
    }
    for (; left > 0; --left) bits &= bits - 1;
    return word * kWordBits + std::countr_zero(bits);
  }
}

template int64_t RowSet::Find<true>(int64_t index) const;
template int64_t RowSet::Find<false>(int64_t index) const;

}  // namespace traind::engine
