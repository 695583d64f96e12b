#include "server/datasets/number.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <clocale>
#include <string>

namespace traind {
namespace {

using ::testing::HasSubstr;

TEST(Number, ReadsWhatIsANumber) {
  const std::pair<std::string_view, float> cases[] = {
      {"0", 0.0f},         {"7", 7.0f},   {"-0.5", -0.5f},          {"+1.25", 1.25f}, {"1e-3", 1e-3f},
      {".5", 0.5f},        {"5.", 5.0f},  {"3.4e38", 3.4e38f},      {"1e-60", 0.0f},  {"-1e-400", 0.0f},
      {"1e-45", 1.4e-45f}, {"0.1", 0.1f}, {"16777217", 16777216.0f}};
  for (const auto& [text, value] : cases) {
    ASSERT_TRUE(ParseFloat32(text).ok()) << text << ": " << ParseFloat32(text).status();
    EXPECT_EQ(*ParseFloat32(text), value) << text;
  }
}

TEST(Number, RefusesWhatIsNone) {
  const std::pair<std::string_view, std::string> cases[] = {{"", "missing"},          {"abc", "'abc' is not a number"},
                                                            {"1.5x", "not a number"}, {"1,5", "not a number"},
                                                            {" 1", "not a number"},   {"0x10", "not a number"},
                                                            {"+-1", "not a number"},  {"+", "not a number"},
                                                            {"nan", "not a finite"},  {"NaN", "not a finite"},
                                                            {"inf", "not a finite"},  {"-Infinity", "not a finite"},
                                                            {"3.5e38", "too large"},  {"-1e39", "too large"},
                                                            {"1e999", "too large"}};
  for (const auto& [text, fault] : cases) {
    ASSERT_FALSE(ParseFloat32(text).ok()) << text;
    EXPECT_THAT(std::string(ParseFloat32(text).status().message()), HasSubstr(fault)) << text;
  }
}

TEST(Number, KnowsNoLocale) {
  const char* before = std::setlocale(LC_ALL, nullptr);
  const std::string kept = before;
  std::setlocale(LC_ALL, "de_DE.UTF-8");  // where it is installed
  EXPECT_EQ(*ParseFloat32("1.5"), 1.5f);
  EXPECT_FALSE(ParseFloat32("1,5").ok());
  std::setlocale(LC_ALL, kept.c_str());
}

TEST(Number, ClassLabelsAreWholeNumbersOrTexts) {
  for (std::string_view whole : {"3", "+3", "03", "3.0", "3e0"}) {
    ASSERT_TRUE(ParseClassLabel(whole).ok()) << whole;
    EXPECT_EQ(std::get<int64_t>(*ParseClassLabel(whole)), 3) << whole;
  }
  EXPECT_EQ(std::get<int64_t>(*ParseClassLabel("-2")), -2);
  for (std::string_view text : {"cat", "3 cats", "99999999999999999999", "1e300", "1e999"}) {
    ASSERT_TRUE(ParseClassLabel(text).ok()) << text;
    EXPECT_EQ(std::get<std::string_view>(*ParseClassLabel(text)), text);
  }
  for (std::string_view bad : {"", "0.5", "1e-400", "nan", "inf"}) EXPECT_FALSE(ParseClassLabel(bad).ok()) << bad;
  EXPECT_THAT(std::string(ParseClassLabel("0.5").status().message()), HasSubstr("REGRESSION"));
}

}  // namespace
}  // namespace traind
