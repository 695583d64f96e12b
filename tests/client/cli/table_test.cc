#include "client/cli/table.h"

#include <gtest/gtest.h>

#include <sstream>

namespace traind::client {
namespace {

TEST(TableTest, AlignsColumns) {
  Table table({{"NAME"}, {"ROWS", true}, {"TASK"}});
  table.Add({"datasets/a", "7", ""});
  table.Add({"datasets/größer", "1797", "X"});
  std::ostringstream out;
  table.Print(out);
  EXPECT_EQ(out.str(),
            "NAME             ROWS  TASK\n"
            "datasets/a          7\n"
            "datasets/größer  1797  X\n");
}

TEST(TableTest, DoesNotPassOnControlCharacters) {
  EXPECT_EQ(Printable("a\x1b[2Jb\nc\x7f"), "a?[2Jb?c?");
  Table table({{"NAME"}});
  table.Add({"\x1b[31m"});
  std::ostringstream out;
  table.Print(out);
  EXPECT_EQ(out.str(), "NAME\n?[31m\n");
}

TEST(TableTest, EscapesWhatReordersTextOrIsAControlCharacterBeyondAscii) {
  EXPECT_EQ(Printable("a\u202eb\u2066c\u2069d\u200fe\u061c"), "a\\u202eb\\u2066c\\u2069d\\u200fe\\u061c");
  EXPECT_EQ(Printable("\xc2\x9b"
                      "31m\xc2\x80"),
            "\\u009b31m\\u0080");
  EXPECT_EQ(Printable("größer \u200b\u00a0\u2027 日本 🙂"), "größer \u200b\u00a0\u2027 日本 🙂");
  // A byte that is no UTF-8 may be a control character of another encoding.
  EXPECT_EQ(Printable("\x9b"
                      "31m \xe2\x80"),
            "?31m ??");
  EXPECT_EQ(Printable("\xc0\x9b"), "??");
}

TEST(FactsTest, AlignsValuesAndLeavesOutEmptyOnes) {
  Facts facts;
  facts.Add("name", "x");
  facts.Add("empty", "");
  facts.Add("label column", "y");
  std::ostringstream out;
  facts.Print(out, "  ");
  EXPECT_EQ(out.str(), "  name          x\n  label column  y\n");
}

}  // namespace
}  // namespace traind::client
