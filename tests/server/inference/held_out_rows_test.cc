#include "server/inference/held_out_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "engine/data/split.h"

namespace traind {
namespace {

class HeldOut : public ::testing::Test {
 protected:
  HeldOut() : features_(40), classes_(20) {
    std::iota(features_.begin(), features_.end(), 0.0f);
    for (int i = 0; i < 20; ++i) classes_[i] = i % 2;
    view_ = {
        .shape = {.rows = 20, .features = 2, .classes = 2}, .features = features_.data(), .classes = classes_.data()};
    spec_.validation_split = 0.25;
  }

  std::vector<float> features_;
  std::vector<int32_t> classes_;
  engine::DatasetView view_;
  engine::TrainingSpec spec_;
};

TEST_F(HeldOut, AreTheRowsThatTrainingHeldOut) {
  for (auto rows :
       {engine::ValidationRows::kRandom, engine::ValidationRows::kStratified, engine::ValidationRows::kLast}) {
    spec_.validation_rows = rows;
    const engine::RowSet held_out = engine::ChooseHeldOut(view_, 0.25, rows);
    const HeldOutRows taken = TakeHeldOutRows(spec_, view_, 100);
    ASSERT_EQ(taken.rows.size(), 5u);
    for (int64_t i = 0; i < 5; ++i) EXPECT_EQ(taken.rows[i], held_out.In(i));
  }
}

TEST_F(HeldOut, ComeWithTheirFeatures) {
  spec_.validation_rows = engine::ValidationRows::kLast;
  HeldOutRows held_out = TakeHeldOutRows(spec_, view_, 2);
  EXPECT_THAT(held_out.rows, ::testing::ElementsAre(15, 16));
  EXPECT_THAT(held_out.features, ::testing::ElementsAre(30, 31, 32, 33));
}

TEST_F(HeldOut, OfADatasetOfItsOwnTheyAreTheFirst) {
  HeldOutRows rows = TakeFirstRows(view_, 2);
  EXPECT_THAT(rows.rows, ::testing::ElementsAre(0, 1));
  EXPECT_THAT(rows.features, ::testing::ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(TakeFirstRows(view_, 100).rows.size(), 20);
}

TEST_F(HeldOut, AreNoneWithoutASplit) {
  spec_.validation_split = 0;
  EXPECT_TRUE(TakeHeldOutRows(spec_, view_, 100).rows.empty());
}

}  // namespace
}  // namespace traind
