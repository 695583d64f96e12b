#include "engine/data/row_set.h"

#include <gtest/gtest.h>

#include <vector>

#include "engine/core/random.h"

namespace traind::engine {
namespace {

void ExpectFound(int64_t rows, const std::vector<int64_t>& inserted) {
  RowSet set(rows);
  for (const int64_t row : inserted) set.Insert(row);
  set.Count();
  ASSERT_EQ(set.rows(), rows);
  int64_t in = 0;
  int64_t out = 0;
  for (int64_t row = 0; row < rows; ++row) {
    if (set.Contains(row)) {
      ASSERT_EQ(set.In(in++), row);
    } else {
      ASSERT_EQ(set.NotIn(out++), row);
    }
  }
  EXPECT_EQ(in, set.size());
  EXPECT_EQ(out, rows - set.size());
}

TEST(RowSetTest, FindsEveryRowInAndOut) {
  Random random(1, RandomUse::kValidationSplit, 0);
  for (const int64_t rows : {1, 63, 64, 65, 511, 512, 513, 5'000, 100'000}) {
    for (const uint64_t one_in : {1, 2, 5, 1000}) {
      std::vector<int64_t> inserted;
      for (int64_t row = 0; row < rows; ++row) {
        if (random.Below(one_in) == 0) inserted.push_back(row);
      }
      ExpectFound(rows, inserted);
    }
  }
}

// Where guessing from an even spread is far off.
TEST(RowSetTest, FindsRowsThatLieTogether) {
  std::vector<int64_t> last, first;
  for (int64_t row = 80'000; row < 100'000; ++row) last.push_back(row);
  for (int64_t row = 0; row < 20'000; ++row) first.push_back(row);
  ExpectFound(100'000, last);
  ExpectFound(100'000, first);
  ExpectFound(100'000, {50'000});
  ExpectFound(100'000, {});
}

TEST(RowSetTest, TakesABitARowAndALittle) { EXPECT_LE(RowSet::bytes(268'000'000), 268'000'000 / 8 * 1.13); }

}  // namespace
}  // namespace traind::engine
