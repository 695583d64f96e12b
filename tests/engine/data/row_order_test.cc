#include "engine/data/row_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

namespace traind::engine {
namespace {

RowSet Every(int64_t step, int64_t rows) {
  RowSet set(rows);
  for (int64_t row = 0; row < rows; row += step) set.Insert(row);
  set.Count();
  return set;
}

std::vector<int64_t> Take(RowOrder& order, int64_t epoch) {
  order.StartEpoch(epoch);
  std::vector<int64_t> rows(order.size());
  // In pieces, as batches are.
  for (int64_t first = 0; first < order.size(); first += 1000) {
    order.Fill(first, std::span(rows).subspan(first, std::min<int64_t>(1000, order.size() - first)));
  }
  return rows;
}

TEST(RowOrderTest, IsAPermutationOfTheTrainingRowsFixedBySeedAndEpoch) {
  for (const int64_t rows : {int64_t{100}, kMostListedRows, kMostListedRows + 1, kMostListedRows + 77'777}) {
    for (const RowSet& held_out : {RowSet(), Every(5, rows)}) {
      RowOrder order(rows, held_out, /*shuffle=*/true, /*seed=*/1);
      RowOrder other_seed(rows, held_out, true, 2);
      RowOrder unshuffled(rows, held_out, false, 1);
      auto first = Take(order, 0);
      EXPECT_NE(first, Take(order, 1));
      EXPECT_EQ(first, Take(order, 0)) << "whatever came before";
      EXPECT_NE(first, Take(other_seed, 0));
      std::vector<int64_t> training;
      for (int64_t row = 0; row < rows; ++row) {
        if (held_out.size() == 0 || !held_out.Contains(row)) training.push_back(row);
      }
      EXPECT_EQ(Take(unshuffled, 3), training);
      EXPECT_NE(first, training);
      std::ranges::sort(first);
      EXPECT_EQ(first, training);
    }
  }
}

TEST(RowOrderTest, TakesNoMoreThanEightMebibytes) {
  EXPECT_EQ(RowOrder::bytes(kMostListedRows), 8 << 20);
  EXPECT_EQ(RowOrder::bytes(int64_t{1} << 40), 0);
}

TEST(RowOrderTest, EveryOrderIsAsLikely) {
  std::map<std::vector<int64_t>, int> counts;
  for (uint32_t i = 0; i < 6'000; ++i) {
    std::vector<int64_t> rows = {0, 1, 2};
    Random random(7, RandomUse::kRowOrder, i);
    Shuffle(random, rows);
    ++counts[rows];
  }
  EXPECT_EQ(counts.size(), 6u);
  for (const auto& [rows, count] : counts) EXPECT_NEAR(count, 1'000, 150);
}

}  // namespace
}  // namespace traind::engine
