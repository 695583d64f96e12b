#include "server/access/call_rates.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace traind {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1'800'000'000);

TEST(CallRates, ATenantHasASecondsCallsAndThenWaits) {
  CallRates rates(10);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(rates.Take("a", kStart), absl::ZeroDuration());
  EXPECT_EQ(rates.Take("a", kStart), absl::Milliseconds(100));
  EXPECT_EQ(rates.Take("b", kStart), absl::ZeroDuration());
  EXPECT_EQ(rates.Take("a", kStart + absl::Milliseconds(101)), absl::ZeroDuration());
  EXPECT_GT(rates.Take("a", kStart + absl::Milliseconds(101)), absl::ZeroDuration());
}

TEST(CallRates, LessThanOneASecondStillLetsOneThrough) {
  CallRates rates(0.1);
  EXPECT_EQ(rates.Take("a", kStart), absl::ZeroDuration());
  EXPECT_EQ(rates.Take("a", kStart), absl::Seconds(10));
}

TEST(CallRates, AClockThatIsSetBackGivesAndTakesNothing) {
  CallRates rates(1);
  EXPECT_EQ(rates.Take("a", kStart), absl::ZeroDuration());
  EXPECT_EQ(rates.Take("a", kStart - absl::Hours(1)), absl::Seconds(1));
}

TEST(CallRates, NoLimitIsNone) {
  CallRates rates(0);
  for (int i = 0; i < 10'000; ++i) ASSERT_EQ(rates.Take("a", kStart), absl::ZeroDuration());
}

TEST(CallRates, ForgetsThoseThatHaveNotCalledForAWhile) {
  CallRates rates(1);
  for (int i = 0; i < 100'000; ++i) rates.Take(absl::StrCat("tenant-", i), kStart + absl::Milliseconds(i));
  EXPECT_LE(rates.size(), 4096);
  // Not those that have.
  const absl::Time now = kStart + absl::Milliseconds(99'999);
  EXPECT_GT(rates.Take("tenant-99999", now), absl::ZeroDuration());
}

}  // namespace
}  // namespace traind
