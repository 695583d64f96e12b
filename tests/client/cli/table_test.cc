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
