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

std::vector<int64_t> Rows(const RowSet& set) {
  std::vector<int64_t> rows;
  for (int64_t i = 0; i < set.size(); ++i) rows.push_back(set.In(i));
  return rows;
}

TEST(SplitTest, HoldsOutWhatIsNotTrainedOn) {
  const Data data = ThousandRows();
  for (const ValidationRows rows : {ValidationRows::kRandom, ValidationRows::kStratified, ValidationRows::kLast}) {
    for (const double fraction : {0.0, 0.001, 0.2, 0.333, 0.999}) {
      const RowSet held_out = ChooseHeldOut(data.view, fraction, rows);
      EXPECT_EQ(held_out.size(), 1000 - CountTrainingRows(1000, fraction));
      EXPECT_TRUE(std::ranges::is_sorted(Rows(held_out)));
    }
  }
}

// More than are listed: drawn on the way.
TEST(SplitTest, ManyRowsAreSplitAsWell) {
  std::vector<int32_t> classes;
  for (int64_t row = 0; row < (int64_t{1} << 20) + 100'000; ++row) classes.push_back(row % 10 == 0 ? 2 : row % 2);
  const Data data(std::move(classes), 3);
  const int64_t count = data.view.shape.rows;
  const int64_t held_out = count - CountTrainingRows(count, 0.2);
  for (const ValidationRows how : {ValidationRows::kRandom, ValidationRows::kStratified}) {
    const RowSet set = ChooseHeldOut(data.view, 0.2, how);
    EXPECT_EQ(set.size(), held_out);
    EXPECT_EQ(Rows(set), Rows(ChooseHeldOut(data.view, 0.2, how)));
    std::vector<int64_t> tenths(10);
    std::vector<int64_t> of_class(3);
    for (const int64_t row : Rows(set)) {
      ++tenths[row * 10 / count];
      ++of_class[data.classes[row]];
    }
    // Five deviations of a draw without replacement.
    for (const int64_t tenth : tenths) EXPECT_NEAR(tenth, held_out / 10, 5 * 136);
    if (how == ValidationRows::kStratified) {
      EXPECT_NEAR(of_class[0], 0.4 * held_out, 1);
      EXPECT_NEAR(of_class[1], 0.5 * held_out, 1);
      EXPECT_NEAR(of_class[2], 0.1 * held_out, 1);
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
  EXPECT_EQ(Rows(ChooseHeldOut(data.view, 0.003, ValidationRows::kLast)), (std::vector<int64_t>{997, 998, 999}));
}

TEST(SplitTest, RandomSpreadsOverTheRowsAndIsAlwaysTheSame) {
  const Data data = ThousandRows();
  const std::vector<int64_t> held_out = Rows(ChooseHeldOut(data.view, 0.2, ValidationRows::kRandom));
  EXPECT_EQ(held_out, Rows(ChooseHeldOut(data.view, 0.2, ValidationRows::kRandom)));
  const auto in_first_half = std::ranges::count_if(held_out, [](int64_t row) { return row < 500; });
  EXPECT_NEAR(static_cast<double>(in_first_half), 100, 30);
}

TEST(SplitTest, StratifiedHoldsOutEachClassInProportion) {
  const Data data = ThousandRows();  // 400, 500 and 100 rows
  std::vector<int> counts(3);
  for (const int64_t row : Rows(ChooseHeldOut(data.view, 0.2, ValidationRows::kStratified)))
    ++counts[data.classes[row]];
  EXPECT_EQ(counts, (std::vector<int>{80, 100, 20}));
}

TEST(SplitTest, StratifiedGivesWhatIsLeftToTheLargestRemainders) {
  // 10 rows of classes 6, 3, 1 (and none of the fourth); 4 are held out: exact shares 2.4, 1.2, 0.4, so the remainders
  // of classes 0 and 2 tie and the lower one gets the row.
  const Data data({0, 0, 0, 0, 0, 0, 1, 1, 1, 2}, 4);
  std::vector<int> counts(4);
  for (const int64_t row : Rows(ChooseHeldOut(data.view, 0.4, ValidationRows::kStratified)))
    ++counts[data.classes[row]];
  EXPECT_EQ(counts, (std::vector<int>{3, 1, 0, 0}));
}

}  // namespace
}  // namespace traind::engine
