#include "engine/core/exponential.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace traind::engine {
namespace {

TEST(ExponentialTest, IsWithinItsBoundOfTheExactOne) {
  for (int i = -87'000; i <= 88'000; ++i) {
    const float x = static_cast<float>(i) / 1000.0f;
    const double exact = std::exp(static_cast<double>(x));
    ASSERT_NEAR(Exponential(x) / exact, 1, 2e-7) << x;
  }
}

TEST(ExponentialTest, Is1At0And0FarBelowAndKeepsNaN) {
  EXPECT_EQ(Exponential(0), 1);
  EXPECT_EQ(Exponential(-87.5f), 0);
  EXPECT_EQ(Exponential(-1e30f), 0);
  EXPECT_EQ(Exponential(-std::numeric_limits<float>::infinity()), 0);
  EXPECT_TRUE(std::isnan(Exponential(std::numeric_limits<float>::quiet_NaN())));
}

}  // namespace
}  // namespace traind::engine
