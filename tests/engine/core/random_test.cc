#include "engine/core/random.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace traind::engine {
namespace {

using testing::ElementsAre;

// The known answers that the authors publish with their Random123 library.
TEST(PhiloxTest, GivesThePublishedValues) {
  EXPECT_THAT(Philox4x32({0, 0, 0, 0}, {0, 0}), ElementsAre(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8));
  EXPECT_THAT(Philox4x32({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}),
              ElementsAre(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd));
  EXPECT_THAT(Philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
              ElementsAre(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1));
}

TEST(RandomTest, AStreamIsFixedBySeedUseAndIndex) {
  const auto draw = [](uint64_t seed, RandomUse use, uint32_t index) {
    Random random(seed, use, index);
    std::vector<uint32_t> values(9);
    for (uint32_t& value : values) value = random.Bits();
    return values;
  };
  const auto first = draw(1, RandomUse::kRowOrder, 0);
  EXPECT_EQ(first, draw(1, RandomUse::kRowOrder, 0));
  EXPECT_NE(first, draw(2, RandomUse::kRowOrder, 0));
  EXPECT_NE(first, draw(uint64_t{1} << 32 | 1, RandomUse::kRowOrder, 0));
  EXPECT_NE(first, draw(1, RandomUse::kInitialWeights, 0));
  EXPECT_NE(first, draw(1, RandomUse::kRowOrder, 1));
}

TEST(RandomTest, BelowReachesEveryValueAboutEquallyOften) {
  Random random(3, RandomUse::kRowOrder, 0);
  std::vector<int> counts(7);
  for (int i = 0; i < 7'000; ++i) ++counts[random.Below(7)];
  for (const int count : counts) EXPECT_NEAR(count, 1'000, 150);
  EXPECT_EQ(random.Below(1), 0u);
}

TEST(RandomTest, UniformHasItsMeanAndRange) {
  Random random(4, RandomUse::kInitialWeights, 0);
  double sum = 0;
  for (int i = 0; i < 100'000; ++i) {
    const float value = random.Uniform();
    ASSERT_GE(value, 0.0f);
    ASSERT_LT(value, 1.0f);
    sum += value;
  }
  EXPECT_NEAR(sum / 100'000, 0.5, 0.005);
}

TEST(RandomTest, NormalHasItsMomentsAndTails) {
  Random random(5, RandomUse::kInitialWeights, 0);
  double sum = 0;
  double squares = 0;
  int beyond_two = 0;
  for (int i = 0; i < 100'000; ++i) {
    const double value = random.Normal();
    sum += value;
    squares += value * value;
    beyond_two += std::abs(value) > 2;
  }
  EXPECT_NEAR(sum / 100'000, 0, 0.02);
  EXPECT_NEAR(squares / 100'000, 1, 0.03);
  EXPECT_NEAR(beyond_two, 4'550, 300);
}

}  // namespace
}  // namespace traind::engine
