// The figures of a column, gathered as its cells are read.
#ifndef TRAIND_SERVER_DATASETS_COLUMN_STATISTICS_H_
#define TRAIND_SERVER_DATASETS_COLUMN_STATISTICS_H_

#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "server/storage/records.h"

namespace traind {

// A number as the shortest text that reads back as the same float32.
std::string NumberText(float number);

// Figures of a column's numbers. Distinct numbers are counted as long as there are at most kMaxDistinct in the column,
// and kMaxDistinctInAll in all columns that share a budget.
class NumberStatistics {
 public:
  static constexpr size_t kMaxDistinct = 1'000;
  static constexpr int64_t kMaxDistinctInAll = 1'000'000;

  // `number` is finite. `budget` is how many distinct numbers may still be counted, in all columns.
  void Add(float number, int64_t& budget);

  int64_t count() const { return count_; }
  // How often each number was there; empty if there are too many.
  const absl::flat_hash_map<float, int64_t>& counts() const { return counts_; }
  bool counts_all() const { return counts_all_; }
  // Without `missing`, which it does not know; the most frequent number, the least of several, if all were counted.
  ColumnStatistics Result() const;

 private:
  int64_t count_ = 0;
  // Sums of the differences from the first number, so that no digits are lost where all are large.
  double first_ = 0;
  double sum_ = 0;
  double squares_ = 0;
  float minimum_ = 0;
  float maximum_ = 0;
  bool counts_all_ = true;
  absl::flat_hash_map<float, int64_t> counts_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_DATASETS_COLUMN_STATISTICS_H_
