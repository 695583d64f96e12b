#include "server/datasets/cell_text.h"

#include <gtest/gtest.h>

#include <string>

namespace traind {
namespace {

TEST(CellText, MissingIsMissingInItsSpellingOnly) {
  for (const char* text : {"", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NULL", "null", "None", "none", "?"}) {
    EXPECT_TRUE(IsMissing(text)) << text;
  }
  for (const char* text : {" ", "0", "na", "Na", "-", "nil", "NONE", "missing", "inf", "??"}) {
    EXPECT_FALSE(IsMissing(text)) << text;
  }
}

TEST(CellText, DatesAreKnown) {
  for (const char* text : {"2024-02-29", "2024/2/29", "29.02.2024", "2/29/2024", "29/2/2024", "29-02-2024", "2024-02",
                           "29 Feb 2024", "Feb 29, 2024", "29-Feb-2024", "20:15", "20:15:00", "2024-02-29T20:15",
                           "2024-02-29T20:15:00Z", "2024-02-29T20:15:00.123456+01:00", "2024-02-29 20:15",
                           "2024-02-29 20:15:00.5", "2024-02-29 20:15:00 +01:00"}) {
    EXPECT_TRUE(IsDate(text)) << text;
  }
}

TEST(CellText, OtherTextsAreNoDates) {
  for (const char* text : {"", "2024", "20240229", "2024-13-01", "2024-02-30", "Rome", "12-34", "1.2.3", "A-2024-02-29",
                           "10.000", "555-12-1234", "2024-02-29 and later", "25:61", "1-2", "3/4", "v1.2024"}) {
    EXPECT_FALSE(IsDate(text)) << text;
  }
  EXPECT_FALSE(IsDate(std::string(1000, '1') + "-"));
  EXPECT_FALSE(IsDate("\xFF\xFE-1234"));
}

}  // namespace
}  // namespace traind
