// The faults found in data: the first few of each column in full, the rest as a count.
#ifndef TRAIND_SERVER_DATASETS_FAULT_LIST_H_
#define TRAIND_SERVER_DATASETS_FAULT_LIST_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "server/errors/errors.h"

namespace traind {

// Fields are `data row 10001, column 'age'` (rows counted from 1, a header is none), `data row 7`, `data header` or
// `data`. At most 50 faults are listed, at most 3 of a column, so that one bad column does not hide another.
class FaultList {
 public:
  static constexpr int64_t kAnyColumn = -1;

  // `column` counts from 0.
  void Add(int64_t column, std::string field, std::string description);
  // Moves the faults of `other` to the end of this list.
  void Take(FaultList& other);

  // Nothing more would be listed for the column.
  bool IsFull(int64_t column) const;
  // Counts a fault that is not listed.
  void Count() { ++unlisted_; }

  bool empty() const { return total() == 0; }
  // So many faults that reading on is of no use to anyone.
  bool IsHopeless() const { return total() >= 1000; }
  // InvalidFields of them all; there must be one.
  absl::Status ToStatus() const;

 private:
  struct Fault {
    int64_t column;
    FieldViolation violation;
  };
  int64_t total() const { return static_cast<int64_t>(listed_.size()) + unlisted_; }

  std::vector<Fault> listed_;
  absl::flat_hash_map<int64_t, int> by_column_;
  int64_t unlisted_ = 0;
};

}  // namespace traind

#endif  // TRAIND_SERVER_DATASETS_FAULT_LIST_H_
