// Some of the rows of a dataset, a bit a row.
#ifndef TRAIND_ENGINE_DATA_ROW_SET_H_
#define TRAIND_ENGINE_DATA_ROW_SET_H_

#include <cstdint>
#include <vector>

namespace traind::engine {

// First Insert, then Count, then the rest. Afterwards any thread may read it.
class RowSet {
 public:
  RowSet() = default;  // no rows of none
  explicit RowSet(int64_t rows);

  // Bytes that a set of some of so many rows takes.
  static int64_t bytes(int64_t rows);

  void Insert(int64_t row) { words_[row / 64] |= uint64_t{1} << row % 64; }
  // Makes ready to be read.
  void Count();

  int64_t rows() const { return rows_; }  // of the dataset
  int64_t size() const { return size_; }  // in the set
  bool Contains(int64_t row) const { return (words_[row / 64] >> row % 64 & 1) != 0; }

  // The `index`-th row, from 0 and ascending, that is in the set, or that is not.
  int64_t In(int64_t index) const { return Find<true>(index); }
  int64_t NotIn(int64_t index) const { return Find<false>(index); }

 private:
  template <bool in>
  int64_t Find(int64_t index) const;

  static constexpr int64_t kBlock = 512;  // rows

  int64_t rows_ = 0;
  int64_t size_ = 0;
  std::vector<uint64_t> words_;
  std::vector<int64_t> before_;  // for each block of rows, how many of the set come before it
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_DATA_ROW_SET_H_
