#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "tests/server/datasets/ingest_fixture.h"

namespace traind {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

const DatasetFormat kCsv{Task::kClassification, CsvFormat{.label_column = "y", .weight_column = "w"}};
const DatasetFormat kTensors{Task::kRegression,
                             TensorFormat{.rows = 3, .features = 2, .targets = 1, .has_weights = true}};

std::string Bytes(const std::vector<float>& numbers) {
  return std::string(reinterpret_cast<const char*>(numbers.data()), numbers.size() * 4);
}

class WeightsIngest : public IngestFixture {
 protected:
  std::vector<FieldViolation> Faults(const DatasetFormat& format, std::string_view bytes) {
    const auto record = Upload(format, bytes);
    EXPECT_TRUE(absl::IsInvalidArgument(record.status())) << record.status();
    return DetailsOf(record.status()).violations;
  }
};

TEST_F(WeightsIngest, AColumnOfACsvIsNoFeature) {
  const auto record = *Upload(kCsv, "a,w,b,y\n1,0,2,p\n3,0.5,4,q\n5,-0,6,p\n");
  EXPECT_THAT(record.feature_names, ElementsAre("a", "b"));
  const auto dataset = Open(record);
  EXPECT_THAT(FeaturesOf(*dataset), ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(ClassesOf(*dataset), ElementsAre(0, 1, 0));
  EXPECT_THAT(WeightsOf(*dataset), ElementsAre(0, 0.5, 0));
}

TEST_F(WeightsIngest, TensorsHaveThemLast) {
  const std::string bytes = Bytes({1, 2, 3, 4, 5, 6, /*targets*/ 7, 8, 9, /*weights*/ 2, 0, 0.25});
  for (size_t piece = 1; piece <= bytes.size(); ++piece) {
    const auto dataset = Open(*Upload(kTensors, bytes, piece));
    EXPECT_THAT(FeaturesOf(*dataset), ElementsAre(1, 2, 3, 4, 5, 6));
    EXPECT_THAT(TargetsOf(*dataset), ElementsAre(7, 8, 9));
    EXPECT_THAT(WeightsOf(*dataset), ElementsAre(2, 0, 0.25));
  }
}

TEST_F(WeightsIngest, WithoutThemThereAreNone) {
  const auto record = *Upload({Task::kRegression, CsvFormat{"y"}}, "a,w,y\n1,2,3\n");
  EXPECT_FALSE(record.weight_part.has_value());
  EXPECT_EQ(Open(record)->view().weights, nullptr);
}

TEST_F(WeightsIngest, TheyArePartOfTheHash) {
  const DatasetFormat csv{Task::kRegression, CsvFormat{.label_column = "y", .weight_column = "w"}};
  const std::string ones = "0,1,y,w\n1,2,7,1\n3,4,8,1\n5,6,9,1\n";
  const auto plain = *Upload({Task::kRegression, CsvFormat{"y"}}, "0,1,y\n1,2,7\n3,4,8\n5,6,9\n");
  const auto weighted = *Upload(csv, ones);
  const auto otherwise = *Upload(csv, "0,1,y,w\n1,2,7,1\n3,4,8,1\n5,6,9,2\n");
  EXPECT_NE(weighted.sha256, plain.sha256);
  EXPECT_NE(weighted.sha256, otherwise.sha256);
  EXPECT_EQ(weighted.sha256, Upload(kTensors, Bytes({1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 1, 1}))->sha256);
}

TEST_F(WeightsIngest, BadOnesOfACsvAreNamed) {
  const struct {
    std::string text, field, description;
  } cases[] = {
      {"a,w,y\n1,-0.5,p\n", "data row 1, column 'w'", "line 2: '-0.5' is negative; a weight is 0 or more"},
      {"a,w,y\n1,1,p\n2,nan,q\n", "data row 2, column 'w'", "not a finite number"},
      {"a,w,y\n1,1,p\n2,inf,q\n", "data row 2, column 'w'", "not a finite number"},
      {"a,w,y\n1,1,p\n2,heavy,q\n", "data row 2, column 'w'", "'heavy' is not a number"},
      {"a,w,y\n1,1,p\n2,,q\n", "data row 2, column 'w'", "is missing"},
      {"a,w,y\n1,0,p\n2,0,q\n", "data column 'w'", "is 0 in every row"},
      {"a,b,y\n1,0,p\n2,0,q\n", "format.csv.weight_column", "'w' is not in the header; the columns are 'a', 'b', 'y'"},
      {"w,y\n1,p\n2,q\n", "data header", "0 columns besides the label and the weight; must be 1 to 100000"},
  };
  for (const auto& c : cases) {
    const auto faults = Faults(kCsv, c.text);
    ASSERT_THAT(faults, SizeIs(1)) << c.text;
    EXPECT_EQ(faults[0].field, c.field) << c.text;
    EXPECT_THAT(faults[0].description, HasSubstr(c.description)) << c.text;
  }
}

TEST_F(WeightsIngest, BadOnesOfTensorsAreNamed) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_THAT(
      Faults(kTensors, Bytes({1, 2, 3, 4, 5, 6, 7, 8, 9, -1, nan, infinity})),
      ElementsAre(FieldViolation{"data row 1, weight", "-1 is no weight; must be a finite number of 0 or more"},
                  FieldViolation{"data row 2, weight", "nan is no weight; must be a finite number of 0 or more"},
                  FieldViolation{"data row 3, weight", "inf is no weight; must be a finite number of 0 or more"}));
  EXPECT_THAT(Faults(kTensors, Bytes({1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0})),
              ElementsAre(FieldViolation{"data weights", "are 0 in every row; nothing could be learned"}));
  const auto faults = Faults(kTensors, Bytes({1, 2, 3, 4, 5, 6, 7, 8, 9}));
  ASSERT_THAT(faults, SizeIs(1));
  EXPECT_THAT(faults[0].description, HasSubstr("target_count (1) x 4 + 1 weight x 4) come to 48"));
}

TEST_F(WeightsIngest, ARecordThatDoesNotMatchItsWeightsIsDataLoss) {
  auto record = *Upload(kCsv, "a,w,y\n1,1,p\n2,1,q\n");
  record.weight_part->size = 4;
  EXPECT_TRUE(absl::IsDataLoss(StoredDataset::Open(record, *blobs_).status()));
}

}  // namespace
}  // namespace traind
