#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/server/datasets/ingest_fixture.h"

namespace traind {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using std::string_literals::operator""s;

const DatasetFormat kClasses{Task::kClassification, CsvFormat{"label"}};
const DatasetFormat kNumbers{Task::kRegression, CsvFormat{"label"}};

class CsvIngest : public IngestFixture {
 protected:
  std::vector<FieldViolation> Faults(const DatasetFormat& format, std::string_view text, size_t piece = 1 << 20) {
    const auto record = Upload(format, text, piece);
    EXPECT_TRUE(absl::IsInvalidArgument(record.status())) << record.status();
    return DetailsOf(record.status()).violations;
  }
};

TEST_F(CsvIngest, ReadsRowsAndClasses) {
  const auto record = *Upload(kClasses, "a,label,b\n1,cat,2\n3,ant,4.5\n-5,cat,6\n");
  EXPECT_EQ(record.rows, 3);
  EXPECT_EQ(record.features, 2);
  EXPECT_EQ(record.label_column, "label");
  EXPECT_THAT(record.feature_names, ElementsAre("a", "b"));
  EXPECT_THAT(record.class_names, ElementsAre("ant", "cat"));
  const auto dataset = Open(record);
  EXPECT_THAT(FeaturesOf(*dataset), ElementsAre(1, 2, 3, 4.5, -5, 6));
  EXPECT_THAT(ClassesOf(*dataset), ElementsAre(1, 0, 1));
}

TEST_F(CsvIngest, ReadsTargets) {
  const auto record = *Upload(kNumbers, "a,label\n1,0.5\n2,-7\n");
  const auto dataset = Open(record);
  EXPECT_EQ(dataset->view().shape.classes, 0);
  EXPECT_THAT(TargetsOf(*dataset), ElementsAre(0.5f, -7.0f));
  EXPECT_EQ(dataset->view().classes, nullptr);
  EXPECT_EQ(record.label_column, "label");
  EXPECT_THAT(record.target_names, ElementsAre("label"));
}

TEST_F(CsvIngest, SeveralTargetsAreInTheOrderAsked) {
  const std::string text = "u,a,v,b,w\n1,2,3,4,5\n6,7,8,9,-1\n";
  const auto record = *Upload({Task::kRegression, CsvFormat{.label_columns = {"w", "u"}}}, text);
  EXPECT_EQ(record.label_column, "");
  EXPECT_THAT(record.target_names, ElementsAre("w", "u"));
  EXPECT_THAT(record.feature_names, ElementsAre("a", "v", "b"));
  const auto dataset = Open(record);
  EXPECT_EQ(dataset->view().shape.targets, 2);
  EXPECT_THAT(TargetsOf(*dataset), ElementsAre(5, 1, -1, 6));
  EXPECT_THAT(FeaturesOf(*dataset), ElementsAre(2, 3, 4, 7, 8, 9));
  const auto swapped = *Upload({Task::kRegression, CsvFormat{.label_columns = {"u", "w"}}}, text);
  EXPECT_NE(swapped.sha256, record.sha256);
}

TEST_F(CsvIngest, OneLabelColumnIsTheSameEitherWay) {
  const std::string text = "a,label\n1,x\n2,y\n";
  const auto record = *Upload({Task::kClassification, CsvFormat{.label_columns = {"label"}}}, text);
  EXPECT_EQ(record.sha256, Upload(kClasses, text)->sha256);
  EXPECT_EQ(record.label_column, "label");
  EXPECT_THAT(record.target_names, ::testing::IsEmpty());
}

TEST_F(CsvIngest, FaultsOfSeveralTargetsAreNamed) {
  const DatasetFormat format{Task::kRegression, CsvFormat{.label_columns = {"u", "v"}}};
  EXPECT_THAT(Faults(format, "a,u,v\n1,2,3\n4,x,nan\n"),
              ElementsAre(FieldViolation{"data row 2, column 'u'", "line 3: 'x' is not a number"},
                          FieldViolation{"data row 2, column 'v'",
                                         "line 3: 'nan' stands for a missing value; every row needs its label"}));
  EXPECT_THAT(
      Faults(format, "a,u\n1,2\n"),
      ElementsAre(FieldViolation{"format.csv.label_columns[1]", "'v' is not in the header; the columns are 'a', 'u'"}));
  EXPECT_THAT(Faults(format, "u,v\n1,2\n"),
              ElementsAre(FieldViolation{"data header", "0 columns besides the 2 labels; must be 1 to 100000"}));
}

// A byte order mark, CRLF, quotes, a quoted comma, quote and line break, a blank line, no line end at the end.
TEST_F(CsvIngest, EveryCutGivesTheSame) {
  const std::string text =
      "\xEF\xBB\xBF\"first, \"\"x\"\"\",label,\"b\nc\"\r\n1, one ,\"2\"\r\n\r\n3,\"two\r\nlines\",4e0\r\n5,one,6";
  const auto whole = *Upload(kClasses, text);
  EXPECT_THAT(whole.feature_names, ElementsAre("first, \"x\"", "b\nc"));
  EXPECT_THAT(whole.class_names, ElementsAre("one", "two\r\nlines"));
  EXPECT_THAT(FeaturesOf(*Open(whole)), ElementsAre(1, 2, 3, 4, 5, 6));
  for (size_t piece = 1; piece < text.size(); ++piece) {
    const auto cut = Upload(kClasses, text, piece);
    ASSERT_TRUE(cut.ok()) << piece << ": " << cut.status();
    EXPECT_EQ(cut->sha256, whole.sha256) << piece;
  }
}

TEST_F(CsvIngest, FaultsAreTheSameForEveryCut) {
  const std::string text = "a,label,b\n\n1,x,2\n3,,zwei\n\"4\n4\",x,1\n1,2\nnan,y,1e99\n7,y,\"8";
  const auto whole = Faults(kClasses, text);
  EXPECT_THAT(
      whole,
      ElementsAre(
          FieldViolation{"data row 2, column 'label'", "line 4: is missing; every row needs its label"},
          FieldViolation{"data row 4", "line 7: has 2 fields; the header has 3"},
          FieldViolation{"data row 5, column 'b'",
                         "line 8: '1e99' is too large for a float32 (at most 3.4e38); correct it, or say in "
                         "format.csv.columns that the column is CATEGORICAL, or to IGNORE it"},
          FieldViolation{"data row 3, column 'a'",
                         "line 5: '4\\x0a4' is not a number, as 4 of the column's 5 values are; correct it, or say in "
                         "format.csv.columns that the column is CATEGORICAL, or to IGNORE it"},
          FieldViolation{"data row 2, column 'b'",
                         "line 4: 'zwei' is not a number, as 2 of the column's 3 values are; correct it, or say in "
                         "format.csv.columns that the column is CATEGORICAL, or to IGNORE it"},
          FieldViolation{"data row 6",
                         "a quote in the row that begins in line 9 is not closed before the end of the data"}));
  for (size_t piece = 1; piece < text.size(); ++piece) EXPECT_EQ(Faults(kClasses, text, piece), whole) << piece;
}

TEST_F(CsvIngest, RefusesWithFieldAndReason) {
  struct Case {
    DatasetFormat format;
    std::string text, field, description;
  };
  const Case cases[] = {
      {kClasses, "", "data", "is empty"},
      {kClasses, "\xEF\xBB\xBF", "data", "is empty"},
      {kClasses, "\n\n", "data", "is empty"},
      {kClasses, "a,label\n", "data", "no rows"},
      {kClasses, "a,b\n1,2\n", "format.csv.label_column", "'label' is not in the header; the columns are 'a', 'b'"},
      {kClasses, "1,2\n3,4\n", "format.csv.label_column", "not in the header"},
      {kClasses, "a,b,a,label\n1,2,3,4\n", "data header", "column 3: 'a' is also column 1"},
      {kClasses, "a,,label\n1,2,3\n", "data header", "column 2: '' is empty"},
      {kClasses, "a\xFF,label\n1,2\n", "data header", "not UTF-8"},
      {kClasses, "label\n1\n2\n", "data header", "0 columns besides the label"},
      {kClasses, "a,label\n1,2,3\n", "data row 1", "line 2: has 3 fields; the header has 2"},
      {kClasses, "a,label\n1,\"x\n2,y\n", "data row 1", "line 2 is not closed"},
      {kClasses, "a,label\n1,x\"y\n", "data row 1", "a quote where none may be"},
      {kClasses, "a,label\n1,x\n2,\0y\n"s, "data row 2", "line 3 holds a NUL byte"},
      {kClasses,
       "\xFF\xFE"
       "a\0,\0"s,
       "data header", "NUL byte"},
      {kClasses, "a,label\n1,0.5\n", "data row 1, column 'label'", "REGRESSION"},
      {kClasses, "a,label\n1,x\nNA,\n", "data row 2, column 'label'", "is missing; every row needs its label"},
      {kNumbers, "a,label\n1,?\n", "data row 1, column 'label'", "'?' stands for a missing value"},
      {kClasses, "a,label\n1,x\n2,x\n", "data column 'label'", "at least 2"},
      {kNumbers, "a,label\n1,x\n", "data row 1, column 'label'", "'x' is not a number"},
      {kNumbers, "a,label\n1,inf\n", "data row 1, column 'label'", "not a finite number"},
  };
  for (const Case& c : cases) {
    const auto faults = Faults(c.format, c.text);
    ASSERT_THAT(faults, SizeIs(1)) << c.text;
    EXPECT_EQ(faults[0].field, c.field) << c.text;
    EXPECT_THAT(faults[0].description, HasSubstr(c.description)) << c.text;
  }
}

TEST_F(CsvIngest, TextInRow10001IsFound) {
  std::string text = "age,label\n";
  for (int i = 1; i <= 10'000; ++i) absl::StrAppend(&text, i, ",", i % 2, "\n");
  const auto faults = Faults(kClasses, text + "old,1\n");
  ASSERT_THAT(faults, SizeIs(1));
  EXPECT_EQ(faults[0].field, "data row 10001, column 'age'");
  EXPECT_THAT(faults[0].description, AllOf(HasSubstr("line 10002"), HasSubstr("'old'")));
}

TEST_F(CsvIngest, OneBadColumnDoesNotHideAnother) {
  std::string text = "city,age,label\n";
  for (int i = 1; i <= 100; ++i) absl::StrAppend(&text, "Rome,", i == 50 ? "!" : "1", ",", i % 2, "\n");
  DatasetFormat format = kClasses;
  std::get<CsvFormat>(format.encoding).columns = {{"city", ColumnKind::kNumeric}};
  const auto faults = Faults(format, text);
  ASSERT_THAT(faults, SizeIs(5));
  EXPECT_EQ(faults[2].field, "data row 3, column 'city'");
  EXPECT_EQ(faults[3].field, "data row 50, column 'age'");
  EXPECT_THAT(faults[4].description, HasSubstr("and 97 more faults"));
}

TEST_F(CsvIngest, StopsWhenReadingOnIsOfNoUse) {
  DatasetFormat format = kClasses;
  std::get<CsvFormat>(format.encoding).columns = {{"a", ColumnKind::kNumeric}};
  auto ingest = *DatasetIngest::Begin(format, *blobs_);
  ASSERT_TRUE(ingest->Append("a,label\n").ok());
  absl::Status status;
  for (int i = 0; i < 1000 && status.ok(); ++i) status = ingest->Append("x,1\n");
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_EQ(ingest->Append("1,1\n"), status);
  EXPECT_EQ(ingest->Finish().status(), status);
}

TEST_F(CsvIngest, AnUnclosedQuoteEndsAtTheLongestRow) {
  auto ingest = *DatasetIngest::Begin(kClasses, *blobs_);
  ASSERT_TRUE(ingest->Append("a,label\n\"").ok());
  const std::string piece(1 << 20, '\n');
  absl::Status status;
  int pieces = 0;
  for (; pieces < 100 && status.ok(); ++pieces) status = ingest->Append(piece);
  EXPECT_EQ(pieces, 16);
  EXPECT_THAT(std::string(status.message()), HasSubstr("is a quote not closed?"));
}

// Each row of an old Mac's file is short, all of them together are longer than a row may be.
TEST_F(CsvIngest, RowsThatEndWithACrAreCountedEachByItself) {
  std::string text = "a,label\r";
  const std::string number = std::string(4000, '0') + "1";
  int64_t rows = 0;
  for (; text.size() < (20u << 20); ++rows) text += number + (rows % 2 == 0 ? ",cat\r" : ",dog\r");
  for (const size_t piece : {text.size(), size_t{1} << 20}) {
    const auto record = Upload(kClasses, text, piece);
    ASSERT_TRUE(record.ok()) << record.status();
    EXPECT_EQ(record->rows, rows);
  }
}

TEST_F(CsvIngest, AHeaderOfCommasStaysSmall) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the sanitizer takes memory of its own";
#endif
  auto ingest = *DatasetIngest::Begin(kClasses, *blobs_);
  ASSERT_TRUE(ingest->Append("a,label").ok());
  const std::string piece(1 << 20, ',');
  const int64_t before = ResidentBytes();
  for (int i = 0; i < 15; ++i) ASSERT_TRUE(ingest->Append(piece).ok());
  EXPECT_LT(ResidentBytes() - before, 16 << 20);
  const auto faults = DetailsOf(ingest->Append("\n")).violations;
  ASSERT_THAT(faults, SizeIs(1));
  EXPECT_EQ(faults[0].field, "data header");
  EXPECT_EQ(faults[0].description, "15728641 columns besides the label; must be 1 to 100000");
}

// A header of `features` columns and the label, and `rows` rows.
std::string Wide(int64_t features, const std::string& prefix, int rows) {
  std::string header, row;
  for (int64_t i = 0; i < features; ++i) {
    absl::StrAppend(&header, prefix, i, ",");
    row += "1,";
  }
  std::string text = header + "label\n";
  for (int i = 0; i < rows; ++i) absl::StrAppend(&text, row, i % 2, "\n");
  return text;
}

TEST_F(CsvIngest, TheMostFeaturesAreTakenAndOneMoreIsNot) {
  EXPECT_EQ(Upload(kClasses, Wide(kMaxFeatures, "f", 2))->features, kMaxFeatures);
  const auto faults = Faults(kClasses, Wide(kMaxFeatures + 1, "f", 2));
  ASSERT_THAT(faults, SizeIs(1));
  EXPECT_EQ(faults[0].description, "100001 columns besides the label; must be 1 to 100000");
}

// 10,000 names of 250 digits: each is short enough, all together are not.
TEST_F(CsvIngest, AllNamesTogetherAreBounded) {
  const auto columns = Faults(kClasses, Wide(10'000, std::string(246, 'f'), 2));
  ASSERT_THAT(columns, SizeIs(1));
  EXPECT_EQ(columns[0].field, "data header");
  EXPECT_THAT(columns[0].description, HasSubstr("at most 1048576"));

  std::string text = "a,label\n";
  for (int i = 0; i < 10'000; ++i) absl::StrAppend(&text, "1,", std::string(246, 'c'), i, "\n");
  const auto classes = Faults(kClasses, text);
  ASSERT_THAT(classes, SizeIs(1));
  EXPECT_EQ(classes[0].field, "data");
  EXPECT_THAT(classes[0].description, HasSubstr("at most 1048576"));
}

TEST_F(CsvIngest, ReadsTheDigits) {
  std::ifstream file(TRAIND_SOURCE_DIR "/examples/digits.csv", std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  const auto record = *Upload(kClasses, text);
  EXPECT_EQ(record.rows, 1797);
  EXPECT_EQ(record.features, 64);
  EXPECT_THAT(record.class_names, ElementsAre("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"));
  const auto dataset = Open(record);
  float largest = 0, sum = 0;
  for (float pixel : FeaturesOf(*dataset)) {
    largest = std::max(largest, pixel);
    sum += pixel;
  }
  EXPECT_EQ(largest, 16);
  EXPECT_EQ(sum, 561718);
}

TEST_F(CsvIngest, MemoryStaysFlatOverAMillionRows) {
  auto ingest = *DatasetIngest::Begin(kNumbers, *blobs_);
  ASSERT_TRUE(ingest->Append("a,b,c,d,e,f,g,label\n").ok());
  std::string piece;
  for (int i = 0; i < 10'000; ++i) absl::StrAppend(&piece, i, ",0.25,-1.5,3,4.75,", i % 7, ",6,", i % 10, "\n");
  ASSERT_TRUE(ingest->Append(piece).ok());
  const int64_t before = ResidentBytes();
  const absl::Time start = absl::Now();
  for (int i = 1; i < 100; ++i) ASSERT_TRUE(ingest->Append(piece).ok());
  const double seconds = absl::ToDoubleSeconds(absl::Now() - start);
  EXPECT_LT(ResidentBytes() - before, 4 << 20);
  std::printf("%.0f MB/s\n", 99.0 * piece.size() / 1e6 / seconds);
  EXPECT_EQ(ingest->Finish()->record.rows, 1'000'000);
}

}  // namespace
}  // namespace traind
