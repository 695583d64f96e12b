// What the columns of a CSV are taken for, and what is stored of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "absl/strings/str_cat.h"
#include "server/datasets/feature_column.h"
#include "tests/server/datasets/ingest_fixture.h"

namespace traind {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::NanSensitiveFloatEq;
using ::testing::SizeIs;

const float kMissing = std::nanf("");

DatasetFormat Said(std::vector<SaidColumn> columns, Task task = Task::kClassification) {
  return {task, CsvFormat{.label_column = "label", .columns = std::move(columns)}};
}
const DatasetFormat kFormat = Said({});

class CsvColumns : public IngestFixture {
 protected:
  std::vector<FieldViolation> Faults(const DatasetFormat& format, std::string_view text) {
    const auto record = Upload(format, text);
    EXPECT_TRUE(absl::IsInvalidArgument(record.status())) << record.status();
    return DetailsOf(record.status()).violations;
  }
  // A table of the column `x`, a number, and a label that alternates.
  DatasetRecord Table(const std::vector<std::string>& x, const DatasetFormat& format = kFormat) {
    return *Upload(format, Text(x));
  }
  static std::string Text(const std::vector<std::string>& x) {
    std::string text = "x,number,label\n";
    for (size_t i = 0; i < x.size(); ++i) absl::StrAppend(&text, x[i], ",", i, ",", i % 2 ? "b" : "a", "\n");
    return text;
  }
  // Of the column x.
  std::vector<float> Stored(const DatasetRecord& record) {
    std::vector<float> values;
    const auto all = FeaturesOf(*Open(record));
    for (size_t i = 0; i < all.size(); i += static_cast<size_t>(record.features)) values.push_back(all[i]);
    return values;
  }
};

TEST_F(CsvColumns, TextsAreCategoriesInByteOrder) {
  const auto record = Table({"Rome", "Oslo", "", "Rome", "NA"});
  ASSERT_THAT(record.columns, SizeIs(3));
  const Column& x = record.columns[0];
  EXPECT_EQ(x.kind, ColumnKind::kCategorical);
  EXPECT_THAT(x.categories, ElementsAre("Oslo", "Rome"));
  EXPECT_EQ(x.warning, "");
  EXPECT_EQ(x.statistics,
            (ColumnStatistics{.count = 3, .missing = 2, .most_frequent = "Rome", .most_frequent_count = 2}));
  EXPECT_THAT(Stored(record), ElementsAre(1, 0, NanSensitiveFloatEq(kMissing), 1, NanSensitiveFloatEq(kMissing)));
  EXPECT_THAT(record.feature_names, ElementsAre("x", "number"));
  EXPECT_EQ(record.columns[2].kind, ColumnKind::kLabel);
  EXPECT_EQ(record.columns[2].statistics,
            (ColumnStatistics{.count = 5, .most_frequent = "a", .most_frequent_count = 3}));
}

TEST_F(CsvColumns, NumbersHaveTheirFigures) {
  const auto record = Table({"1", "-0", "?", "4", "4.0"});
  const ColumnStatistics& x = record.columns[0].statistics;
  EXPECT_EQ(record.columns[0].kind, ColumnKind::kNumeric);
  EXPECT_EQ(x.count, 4);
  EXPECT_EQ(x.missing, 1);
  EXPECT_DOUBLE_EQ(x.mean, 2.25);
  EXPECT_NEAR(x.deviation, 1.7853571071357126, 1e-15);  // of numpy.std
  EXPECT_EQ(x.minimum, 0);
  EXPECT_EQ(x.maximum, 4);
  EXPECT_EQ(x.most_frequent, "4");
  EXPECT_EQ(x.most_frequent_count, 2);
  EXPECT_THAT(Stored(record), ElementsAre(1, 0, NanSensitiveFloatEq(kMissing), 4, 4));
}

// Numbers far from 0 keep the digits of their deviation.
TEST_F(CsvColumns, FiguresOfLargeNumbersAreExact) {
  const auto record = Table({"16777214", "16777215", "16777216"});
  EXPECT_DOUBLE_EQ(record.columns[0].statistics.mean, 16777215);
  EXPECT_NEAR(record.columns[0].statistics.deviation, std::sqrt(2.0 / 3), 1e-12);
}

TEST_F(CsvColumns, MostFrequentIsLeftOutOfTooManyNumbers) {
  std::vector<std::string> x;
  for (int i = 0; i < 1000; ++i) x.push_back(absl::StrCat(i)), x.push_back("7");
  EXPECT_EQ(Table(x).columns[0].statistics.most_frequent_count, 1001);
  x.push_back("1000");
  EXPECT_EQ(Table(x).columns[0].statistics.most_frequent, "");
}

TEST_F(CsvColumns, ATypoInAColumnOfNumbersIsAFault) {
  const auto faults = Faults(kFormat, Text({"1", "2", "3,", "two", "4", "", "5"}));
  EXPECT_FALSE(faults.empty());
  const auto typo = Faults(kFormat, Text({"1", "2", "3", "two", "4", "", "1e99"}));
  ASSERT_THAT(typo, SizeIs(2));
  // What is wrong by itself is known first.
  EXPECT_EQ(typo[0].field, "data row 7, column 'x'");
  EXPECT_THAT(typo[0].description, HasSubstr("'1e99' is too large for a float32"));
  EXPECT_EQ(typo[1].field, "data row 4, column 'x'");
  EXPECT_EQ(
      typo[1].description,
      "line 5: 'two' is not a number, as 4 of the column's 5 values are; correct it, or say in format.csv.columns "
      "that the column is CATEGORICAL, or to IGNORE it");
}

TEST_F(CsvColumns, InfinityIsAFaultInAnyColumnThatIsJudged) {
  for (const char* infinite : {"inf", "-Infinity", "1e39", "+inf"}) {
    const auto faults = Faults(kFormat, Text({"a", infinite, "b"}));
    ASSERT_THAT(faults, SizeIs(1)) << infinite;
    EXPECT_EQ(faults[0].field, "data row 2, column 'x'");
    EXPECT_THAT(faults[0].description, HasSubstr("CATEGORICAL"));
    EXPECT_EQ(Table({"a", infinite, "b"}, Said({{"x", ColumnKind::kCategorical}})).columns[0].categories.size(), 3u);
  }
}

TEST_F(CsvColumns, TextAfterTenThousandNumbersIsAFault) {
  std::vector<std::string> x(10'000, "1.5");
  x.push_back("old");
  const auto faults = Faults(kFormat, Text(x));
  ASSERT_THAT(faults, SizeIs(1));
  EXPECT_EQ(faults[0].field, "data row 10001, column 'x'");
}

TEST_F(CsvColumns, ManyTyposAreCounted) {
  std::vector<std::string> x(100, "1");
  for (size_t i = 0; i < 30; ++i) x[i] = absl::StrCat("t", i);
  const auto faults = Faults(kFormat, Text(x));
  ASSERT_THAT(faults, SizeIs(4));
  EXPECT_THAT(faults[3].description, HasSubstr("and 27 more faults"));
}

TEST_F(CsvColumns, SaidColumnsAreNotJudged) {
  const std::vector<std::string> x = {"1", "2", "two", "2", "02", ""};
  const auto categorical = Table(x, Said({{"x", ColumnKind::kCategorical}}));
  EXPECT_THAT(categorical.columns[0].categories, ElementsAre("02", "1", "2", "two"));
  EXPECT_THAT(Stored(categorical), ElementsAre(1, 2, 3, 2, 0, NanSensitiveFloatEq(kMissing)));

  const auto numeric = Faults(Said({{"x", ColumnKind::kNumeric}}), Text({"a", "b", "1"}));
  ASSERT_THAT(numeric, SizeIs(2));
  EXPECT_EQ(numeric[0].field, "data row 1, column 'x'");
  EXPECT_EQ(numeric[0].description, "line 2: 'a' is not a number, and the column is numeric");

  const auto ignored = Table(x, Said({{"x", ColumnKind::kIgnore}}));
  EXPECT_THAT(ignored.feature_names, ElementsAre("number"));
  EXPECT_EQ(ignored.columns[0].kind, ColumnKind::kIgnore);
  EXPECT_EQ(ignored.columns[0].warning, "");
  EXPECT_THAT(FeaturesOf(*Open(ignored)), ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST_F(CsvColumns, SaidColumnsMustBeThere) {
  const auto faults = Faults(Said({{"y", ColumnKind::kNumeric}}), Text({"1", "2"}));
  ASSERT_THAT(faults, SizeIs(1));
  EXPECT_EQ(faults[0].field, "format.csv.columns[0].name");
  const std::vector<FieldViolation> twice =
      CheckFormat(Said({{"x", ColumnKind::kNumeric}, {"x", ColumnKind::kIgnore}, {"label", ColumnKind::kNumeric}}));
  ASSERT_THAT(twice, SizeIs(2));
  EXPECT_EQ(twice[0].field, "format.csv.columns[1].name");
  EXPECT_EQ(twice[1].field, "format.csv.columns[2].name");
}

// Numbers among texts are categories by their value.
TEST_F(CsvColumns, MixedColumnsAreCategorical) {
  const auto record = Table({"A", "1", "B", "1.0", "A", "A"});
  EXPECT_THAT(record.columns[0].categories, ElementsAre("1", "A", "B"));
  EXPECT_THAT(Stored(record), ElementsAre(1, 0, 2, 0, 1, 1));
  EXPECT_EQ(record.columns[0].statistics.most_frequent, "A");
}

TEST_F(CsvColumns, DatesAreLeftOutWithAWarning) {
  const auto record = Table({"2024-01-01", "2024-01-02", "", "unknown", "2024-01-03"});
  EXPECT_EQ(record.columns[0].kind, ColumnKind::kIgnore);
  EXPECT_THAT(record.columns[0].warning, AllOf(HasSubstr("is left out: it holds dates"), HasSubstr("CATEGORICAL")));
  EXPECT_THAT(record.feature_names, ElementsAre("number"));
  EXPECT_THAT(FeaturesOf(*Open(record)), ElementsAre(0, 1, 2, 3, 4));
  const auto said = Table({"2024-01-01", "2024-01-02"}, Said({{"x", ColumnKind::kCategorical}}));
  EXPECT_EQ(said.columns[0].kind, ColumnKind::kCategorical);
}

TEST_F(CsvColumns, WhatTeachesNothingIsLeftOutWithAWarning) {
  const auto warning_of = [&](const std::vector<std::string>& x) {
    const auto record = Table(x);
    EXPECT_EQ(record.columns[0].kind, ColumnKind::kIgnore);
    return record.columns[0].warning;
  };
  EXPECT_THAT(warning_of({"same", "same", "same"}), HasSubstr("the same text in every row"));
  EXPECT_THAT(warning_of({"", "NA", "?"}), HasSubstr("no value in any row"));
  EXPECT_THAT(warning_of({"a", std::string(257, 'b')}), HasSubstr("texts of more than 256 bytes"));
  std::vector<std::string> names;
  for (int i = 0; i < 21; ++i) names.push_back(absl::StrCat("person ", i));
  EXPECT_THAT(warning_of(names), HasSubstr("21 of its 21 values are different"));
  std::vector<std::string> many;
  for (int i = 0; i < 3003; ++i) many.push_back(absl::StrCat("t", i % 1001));
  EXPECT_THAT(warning_of(many), HasSubstr("more than 1000 different texts"));
  many.back() = many.front();
  for (std::string& text : many) text = text == "t1000" ? "t0" : text;
  EXPECT_THAT(Table(many).columns[0].categories, SizeIs(1000));

  names.pop_back();
  EXPECT_EQ(Table(names).columns[0].kind, ColumnKind::kCategorical);                 // a few may all be different
  EXPECT_EQ(Table({"same", "", "same"}).columns[0].kind, ColumnKind::kCategorical);  // whether it is there may tell
}

TEST_F(CsvColumns, AConstantNumberIsKeptWithAWarning) {
  const auto record = Table({"3", "3", "3"});
  EXPECT_EQ(record.columns[0].kind, ColumnKind::kNumeric);
  EXPECT_THAT(record.columns[0].warning, HasSubstr("the same in every row"));
}

TEST_F(CsvColumns, SomethingMustBeLeftToLearnFrom) {
  const auto faults = Faults(kFormat, "day,label\n2024-01-01,a\n2024-01-02,b\n");
  ASSERT_THAT(faults, SizeIs(1));
  EXPECT_EQ(faults[0].field, "data");
  EXPECT_THAT(faults[0].description, HasSubstr("no column to learn from: 'day' is left out: it holds dates"));
}

TEST_F(CsvColumns, TextThatIsNotUtf8IsAFault) {
  const auto faults = Faults(kFormat, Text({"M\xFCnchen", "Rome"}));
  ASSERT_THAT(faults, SizeIs(1));
  EXPECT_EQ(faults[0].field, "data row 1, column 'x'");
  EXPECT_THAT(faults[0].description, HasSubstr("save the data as UTF-8"));
}

TEST_F(CsvColumns, TooManyCategoriesAreRefused) {
  std::string text = "x,label\n";
  for (size_t i = 0; i <= kMaxCategories; ++i) absl::StrAppend(&text, i, ",", i % 2, "\n");
  const auto faults = Faults(Said({{"x", ColumnKind::kCategorical}}), text);
  ASSERT_THAT(faults, SizeIs(1));
  EXPECT_THAT(faults[0].description, HasSubstr("'65536' is category number 65537; at most 65536"));
}

// A milder fault behind it in its row changes nothing of that.
TEST_F(CsvColumns, NothingIsReadBehindACategoryTooMany) {
  std::string text = "x,z,label\n";
  for (size_t i = 0; i < kMaxCategories; ++i) absl::StrAppend(&text, i, ",1,", i % 2, "\n");
  absl::StrAppend(&text, kMaxCategories, ",bad,0\n0,bad,0\n");
  const auto faults = Faults(Said({{"x", ColumnKind::kCategorical}, {"z", ColumnKind::kNumeric}}), text);
  ASSERT_THAT(faults, SizeIs(2));
  EXPECT_EQ(faults[0].field, "data row 65537, column 'x'");
  EXPECT_EQ(faults[1].field, "data row 65537, column 'z'");
}

TEST_F(CsvColumns, CategoriesAreAPartOfTheHash) {
  const auto one = Table({"a", "b", "a"});
  EXPECT_EQ(Table({"a", "b", "a"}).sha256, one.sha256);
  EXPECT_EQ(one.feature_part.sha256, Table({"c", "d", "c"}).feature_part.sha256);
  EXPECT_NE(one.sha256, Table({"c", "d", "c"}).sha256);
}

// Whatever the cut, and with a byte order mark, CRLF, quotes and blank lines.
TEST_F(CsvColumns, EveryCutGivesTheSame) {
  const std::string text =
      "\xEF\xBB\xBFx,when,\"n\",label\r\n\"Rome, "
      "Lazio\",2024-01-01,1,a\r\n\r\nOslo,\"2024-01-02\",NA,b\r\n,2024-01-03,3,a";
  const auto whole = *Upload(kFormat, text);
  EXPECT_THAT(whole.columns[0].categories, ElementsAre("Oslo", "Rome, Lazio"));
  EXPECT_THAT(whole.feature_names, ElementsAre("x", "n"));
  for (size_t piece = 1; piece < text.size(); ++piece) {
    const auto cut = Upload(kFormat, text, piece);
    ASSERT_TRUE(cut.ok()) << piece << ": " << cut.status();
    EXPECT_EQ(cut->sha256, whole.sha256) << piece;
    EXPECT_EQ(cut->columns, whole.columns) << piece;
  }
}

TEST_F(CsvColumns, MemoryStaysFlatOverManyTexts) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the sanitizer takes memory of its own";
#endif
  auto ingest = *DatasetIngest::Begin(kFormat, *blobs_);
  ASSERT_TRUE(ingest->Append("id,city,label\n").ok());
  int64_t id = 0;
  const auto feed = [&](int rows) {
    std::string piece;
    for (int i = 0; i < rows; ++i) absl::StrAppend(&piece, "customer ", ++id, ",city ", i % 50, ",", i % 2, "\n");
    ASSERT_TRUE(ingest->Append(piece).ok());
  };
  feed(10'000);
  const int64_t before = ResidentBytes();
  for (int i = 0; i < 50; ++i) feed(10'000);
  EXPECT_LT(ResidentBytes() - before, 6 << 20);  // the labels' 4 bytes a row among them
  const auto dataset = *ingest->Finish();
  EXPECT_EQ(dataset.record.rows, 510'000);
  EXPECT_THAT(dataset.record.feature_names, ElementsAre("city"));
}

}  // namespace
}  // namespace traind
