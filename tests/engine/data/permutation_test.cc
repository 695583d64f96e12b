#include "engine/data/permutation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <map>
#include <vector>

namespace traind::engine {
namespace {

Permutation Make(int64_t size, uint32_t index = 0) { return {size, Random(7, RandomUse::kRowOrder, index)}; }

std::vector<int64_t> All(const Permutation& permutation, int64_t size) {
  std::vector<int64_t> numbers(size);
  permutation.Fill(0, numbers);
  return numbers;
}

void ExpectTrue(int64_t size) {
  std::vector<bool> seen(size);
  for (const int64_t number : All(Make(size), size)) {
    ASSERT_TRUE(number >= 0 && number < size) << number << " of " << size;
    ASSERT_FALSE(seen[number]) << number << " is there twice, of " << size;
    seen[number] = true;
  }
}

TEST(PermutationTest, HasEveryNumberOnceWhateverTheSize) {
  for (int64_t size = 1; size <= 1500; ++size) ExpectTrue(size);
  for (int64_t power = 1 << 12; power <= 1 << 21; power *= 2) {
    for (const int64_t size : {power - 1, power, power + 1}) ExpectTrue(size);
  }
  ExpectTrue(3'000'017);
}

TEST(PermutationTest, PlacesCanBeAskedForInAnyPieces) {
  constexpr int64_t kSize = 10'007;
  const Permutation permutation = Make(kSize);
  const std::vector<int64_t> all = All(permutation, kSize);
  for (const int64_t first : {0, 1, 500, 10'000}) {
    std::vector<int64_t> piece(7);
    permutation.Fill(first, piece);
    for (int64_t i = 0; i < 7; ++i) EXPECT_EQ(piece[i], all[first + i]);
  }
}

TEST(PermutationTest, SizesBeyondMemoryStayWithinThem) {
  constexpr int64_t kSize = (int64_t{1} << 40) - 12'345;
  std::vector<int64_t> numbers(1000);
  Make(kSize).Fill(kSize - 1000, numbers);
  for (const int64_t number : numbers) EXPECT_TRUE(number >= 0 && number < kSize) << number;
}

TEST(PermutationTest, IsAnotherForAnotherStream) {
  EXPECT_NE(All(Make(1000, 0), 1000), All(Make(1000, 1), 1000));
  EXPECT_EQ(All(Make(1000, 1), 1000), All(Make(1000, 1), 1000));
}

// Over many orders every number is at every place as often as chance has it: chi-square with 63 degrees of freedom,
// deviation 11, for each place looked at.
TEST(PermutationTest, EveryPlaceGetsEveryNumberAsOften) {
  constexpr int64_t kSize = 64'000;
  constexpr int kOrders = 6'400;
  for (const int64_t place : {int64_t{0}, int64_t{1}, kSize / 2, kSize - 1}) {
    std::vector<int> counts(64);
    for (int i = 0; i < kOrders; ++i) {
      int64_t number = 0;
      Make(kSize, i).Fill(place, {&number, 1});
      ++counts[number / (kSize / 64)];
    }
    double chi_square = 0;
    for (const int count : counts) chi_square += std::pow(count - kOrders / 64.0, 2) / (kOrders / 64.0);
    EXPECT_NEAR(chi_square, 63, 5 * 11.3) << place;
  }
}

// Neighbours in the data are no neighbours in the order, nor is anything kept of the order in the data: the rank
// correlation of place and number, and of a number and the one before it, is that of chance.
TEST(PermutationTest, NothingIsLeftOfTheOrderBefore) {
  constexpr int64_t kSize = 1 << 20;
  for (const int64_t size : {kSize, kSize - 100'000, kSize + 1}) {
    const std::vector<int64_t> numbers = All(Make(size), size);
    const double mean = static_cast<double>(size - 1) / 2;
    const double variance = (static_cast<double>(size) * static_cast<double>(size) - 1) / 12;
    double with_place = 0, with_last = 0;
    int64_t neighbours = 0;
    for (int64_t i = 1; i < size; ++i) {
      with_place += (static_cast<double>(i) - mean) * (static_cast<double>(numbers[i]) - mean);
      with_last += (static_cast<double>(numbers[i - 1]) - mean) * (static_cast<double>(numbers[i]) - mean);
      neighbours += std::abs(numbers[i] - numbers[i - 1]) == 1;
    }
    const double deviation = 1 / std::sqrt(static_cast<double>(size));
    EXPECT_NEAR(with_place / variance / static_cast<double>(size), 0, 5 * deviation) << size;
    EXPECT_NEAR(with_last / variance / static_cast<double>(size), 0, 5 * deviation) << size;
    EXPECT_LE(neighbours, 12) << "2 are expected";
  }
}

}  // namespace
}  // namespace traind::engine
