#include "server/errors/text.h"

#include <gtest/gtest.h>

namespace traind {
namespace {

using std::string_view_literals::operator""sv;

TEST(Text, KnowsUtf8) {
  for (std::string_view good :
       {"", "plain", "gr\xC3\xB6\xC3\x9F\x65", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(IsUtf8(good)) << good;
  }
  for (std::string_view bad :
       {"\x80", "\xC0\xAF", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF"}) {
    EXPECT_FALSE(IsUtf8(bad)) << Quoted(bad);
  }
}

TEST(Text, ReplacesOnlyWhatIsNotUtf8) {
  EXPECT_EQ(ToUtf8("a\xFFz\xC3"), "a\xEF\xBF\xBDz\xEF\xBF\xBD");
  EXPECT_EQ(ToUtf8("gr\xC3\xB6n"), "gr\xC3\xB6n");
}

TEST(Text, QuotesSoThatNothingHides) {
  EXPECT_EQ(Quoted("age"), "'age'");
  EXPECT_EQ(Quoted("gr\xC3\xB6n"), "'gr\xC3\xB6n'");
  EXPECT_EQ(Quoted("a\0b\n"sv), "'a\\x00b\\x0a'");
  EXPECT_EQ(Quoted("a\xFF"), "'a\\xff'");
  EXPECT_EQ(Quoted("a\xE2\x80\xAE"), "'a\\u{202e}'");
  EXPECT_EQ(Quoted(std::string(64, 'x')), "'" + std::string(64, 'x') + "'");
  EXPECT_EQ(Quoted(std::string(65, 'x')), "'" + std::string(64, 'x') + "...'");
}

}  // namespace
}  // namespace traind
