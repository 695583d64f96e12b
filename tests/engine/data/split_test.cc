#include "engine/data/split.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace traind::engine {
namespace {

struct Data {
  explicit Data(std::vector<int32_t> labels, int64_t class_count) : classes(std::move(labels)) {
    view.shape = {.rows = static_cast<int64_t>(classes.size()), .features = 1, .classes = class_count};
    view.classes = classes.data();
  }
  std::vector<int32_t> classes;
  DatasetView view;
};

Data ThousandRows() {
  std::vector<int32_t> classes;
  for (int i = 0; i < 1000; ++i) classes.push_back(i % 10 == 0 ? 2 : i % 2);
  return Data(std::move(classes), 3);
}

TEST(SplitTest, EachRowIsInExactlyOnePartAndBothAscend) {
  const Data data = ThousandRows();
  for (const ValidationRows rows : {ValidationRows::kRandom, ValidationRows::kStratified, ValidationRows::kLast}) {
    for (const double fraction : {0.0, 0.001, 0.2, 0.333, 0.999}) {
      const std::vector<int64_t> held_out = ChooseHeldOut(data.view, fraction, rows);
      std::vector<int64_t> all(CountTrainingRows(1000, fraction));
      ListTrainingRows(held_out, all);
      EXPECT_TRUE(std::ranges::is_sorted(all));
      EXPECT_TRUE(std::ranges::is_sorted(held_out));
      all.insert(all.end(), held_out.begin(), held_out.end());
      std::ranges::sort(all);
      ASSERT_EQ(all.size(), 1000u);
      for (int64_t i = 0; i < 1000; ++i) ASSERT_EQ(all[i], i);
    }
  }
}

TEST(SplitTest, RoundsAsKerasDoes) {
  EXPECT_EQ(CountTrainingRows(1797, 0.2), 1437);
  EXPECT_EQ(CountTrainingRows(10, 0.0), 10);
  EXPECT_EQ(CountTrainingRows(3, 0.1), 2);
}

TEST(SplitTest, LastTakesTheLast) {
  const Data data = ThousandRows();
  EXPECT_EQ(ChooseHeldOut(data.view, 0.003, ValidationRows::kLast), (std::vector<int64_t>{997, 998, 999}));
}

TEST(SplitTest, RandomSpreadsOverTheRowsAndIsAlwaysTheSame) {
  const Data data = ThousandRows();
  const std::vector<int64_t> held_out = ChooseHeldOut(data.view, 0.2, ValidationRows::kRandom);
  EXPECT_EQ(held_out, ChooseHeldOut(data.view, 0.2, ValidationRows::kRandom));
  const auto in_first_half = std::ranges::count_if(held_out, [](int64_t row) { return row < 500; });
  EXPECT_NEAR(static_cast<double>(in_first_half), 100, 30);
}

TEST(SplitTest, StratifiedHoldsOutEachClassInProportion) {
  const Data data = ThousandRows();  // 400, 500 and 100 rows
  std::vector<int> counts(3);
  for (const int64_t row : ChooseHeldOut(data.view, 0.2, ValidationRows::kStratified)) ++counts[data.classes[row]];
  EXPECT_EQ(counts, (std::vector<int>{80, 100, 20}));
}

TEST(SplitTest, StratifiedGivesWhatIsLeftToTheLargestRemainders) {
  // 10 rows of classes 6, 3, 1 (and none of the fourth); 4 are held out: exact shares 2.4, 1.2, 0.4, so the remainders
  // of classes 0 and 2 tie and the lower one gets the row.
  const Data data({0, 0, 0, 0, 0, 0, 1, 1, 1, 2}, 4);
  std::vector<int> counts(4);
  for (const int64_t row : ChooseHeldOut(data.view, 0.4, ValidationRows::kStratified)) ++counts[data.classes[row]];
  EXPECT_EQ(counts, (std::vector<int>{3, 1, 0, 0}));
}

}  // namespace
}  // namespace traind::engine
