#include "engine/data/row_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "engine/data/split.h"

namespace traind::engine {
namespace {

TEST(RowOrderTest, IsAPermutationFixedBySeedAndEpoch) {
  const std::vector<int64_t> held_out = {0, 7, 99};
  std::vector<int64_t> rows(97);
  ListTrainingRows(held_out, rows);
  const auto order = [&](uint64_t seed, int64_t epoch) {
    std::vector<int64_t> result(rows.size());
    ShuffledOrder(seed, epoch, held_out, result);
    return result;
  };
  auto first = order(1, 0);
  EXPECT_EQ(first, order(1, 0));
  EXPECT_NE(first, order(1, 1));
  EXPECT_NE(first, order(2, 0));
  EXPECT_NE(first, rows);
  std::ranges::sort(first);
  EXPECT_EQ(first, rows);
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
