#include "engine/training/precision_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace traind::engine {
namespace {

TEST(ChoosePrecisionTest, TakesBfloat16WhereTheProcessorHasIt) {
  EXPECT_EQ(*ChoosePrecision(Precision::kFloat32, true), Precision::kFloat32);
  EXPECT_EQ(*ChoosePrecision(Precision::kBf16Mixed, true), Precision::kBf16Mixed);
  EXPECT_EQ(*ChoosePrecision(Precision::kAuto, true), Precision::kBf16Mixed);
}

TEST(ChoosePrecisionTest, FallsBackOnlyIfAuto) {
  EXPECT_EQ(*ChoosePrecision(Precision::kFloat32, false), Precision::kFloat32);
  EXPECT_EQ(*ChoosePrecision(Precision::kAuto, false), Precision::kFloat32);
  const auto refused = ChoosePrecision(Precision::kBf16Mixed, false);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.status().message()), testing::HasSubstr("AUTO"));
}

}  // namespace
}  // namespace traind::engine
