#include "server/convert/prediction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <numeric>

#include "server/errors/errors.h"

namespace traind {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

v1::PredictRequest::Rows Rows(const std::vector<std::vector<float>>& rows) {
  v1::PredictRequest::Rows result;
  for (const auto& row : rows) result.add_rows()->mutable_values()->Add(row.begin(), row.end());
  return result;
}

v1::PredictRequest::Rows EmptyRows(int count) {
  v1::PredictRequest::Rows rows;
  for (int i = 0; i < count; ++i) rows.add_rows();
  return rows;
}

template <typename Value>
std::vector<FieldViolation> Faults(const absl::StatusOr<Value>& result) {
  EXPECT_TRUE(absl::IsInvalidArgument(result.status())) << result.status();
  return DetailsOf(result.status()).violations;
}

v1::PredictRequest::HeldOutRows Limit(int limit) {
  v1::PredictRequest::HeldOutRows held_out;
  held_out.set_limit(limit);
  return held_out;
}

absl::StatusOr<std::vector<float>> Read(const v1::PredictRequest::Rows& rows, int64_t features, int64_t classes = 1) {
  const std::vector<std::string> names(static_cast<size_t>(features), "f");
  return FromProto(rows, RowShape{.feature_names = names, .columns = {}, .classes = classes});
}

TEST(Prediction, RowsBecomeOneMatrix) {
  EXPECT_THAT(*Read(Rows({{1, 2}, {3, 4}, {5, 6}}), 2), ElementsAre(1, 2, 3, 4, 5, 6));
}

const std::vector<std::string> kNames = {"age", "city"};
const std::vector<Column> kColumns = [] {
  std::vector<Column> columns(2);
  columns[0].name = "age";
  columns[1].name = "city";
  columns[1].kind = ColumnKind::kCategorical;
  columns[1].categories = {"3", "Rome"};
  return columns;
}();

RowShape Mixed(bool takes_missing = true) {
  return {.feature_names = kNames, .columns = kColumns, .classes = 1, .takes_missing = takes_missing};
}

v1::PredictRequest::Table Texts(const std::vector<std::string>& columns,
                                const std::vector<std::vector<std::string>>& rows) {
  v1::PredictRequest::Table table;
  table.mutable_columns()->Add(columns.begin(), columns.end());
  for (const auto& row : rows) table.add_rows()->mutable_values()->Add(row.begin(), row.end());
  return table;
}

TEST(Prediction, TextsBecomeNumbersAndIndices) {
  const auto table = Texts({"city", "label", "age"}, {{"Rome", "x", "1.5"}, {"3.0", "", "-2"}, {"Oslo", "y", "7"}});
  EXPECT_THAT(*FromProto(table, Mixed(false)), ElementsAre(1.5f, 1, -2, 0, 7, -1));
  const auto missing = *FromProto(Texts({"age", "city"}, {{"NA", ""}, {"", "?"}}), Mixed());
  EXPECT_THAT(missing, ::testing::Each(::testing::IsNan()));
}

TEST(Prediction, EveryFaultOfTextsIsNamed) {
  EXPECT_THAT(
      Faults(FromProto(Texts({"age", "city"}, {{"1", "Rome"}, {"old", "Rome"}, {"1"}, {"", "Rome"}}), Mixed(false))),
      ElementsAre(FieldViolation{"table.rows[1].values[0]", "column 'age': 'old' is not a number"},
                  FieldViolation{"table.rows[2].values", "1 values; there are 2 columns"},
                  FieldViolation{"table.rows[3].values[0]", "column 'age': is missing"}));
  EXPECT_THAT(Faults(FromProto(Texts({"age", "age"}, {{"1", "1"}}), Mixed())),
              ElementsAre(FieldViolation{"table.columns[1]", "'age' is there twice"},
                          FieldViolation{"table.columns", "lack the feature 'city'"}));
  EXPECT_EQ(Faults(FromProto(Texts({"age", "city"}, {}), Mixed()))[0].field, "table.rows");
}

TEST(Prediction, NumbersOfACategoricalFeatureAreIndices) {
  EXPECT_THAT(*FromProto(Rows({{1, 0}, {2, 1}}), Mixed()), ElementsAre(1, 0, 2, 1));
  EXPECT_THAT(*FromProto(Rows({{kNan, kNan}}), Mixed()), ::testing::Each(::testing::IsNan()));
  const auto faults = Faults(FromProto(Rows({{1, 2}, {1, 0.5}, {1, -1}, {kInfinity, 0}}), Mixed()));
  ASSERT_EQ(faults.size(), 4u);
  EXPECT_EQ(faults[0].field, "rows.rows[0].values[1]");
  EXPECT_THAT(faults[0].description, ::testing::HasSubstr("2; must be the index of a category, 0 to 1"));
  EXPECT_EQ(faults[3].description, "inf; must be a finite number");
  EXPECT_EQ(Faults(FromProto(Rows({{1, kNan}}), Mixed(false))).size(), 1u);
}

TEST(Prediction, EveryFaultIsNamedByRowAndColumn) {
  EXPECT_THAT(Faults(Read(Rows({{1, 2, 3}, {1}, {1, 2}, {kNan, -kInfinity}, {}}), 2)),
              ElementsAre(FieldViolation{"rows.rows[0].values", "3 values; the model expects 2"},
                          FieldViolation{"rows.rows[1].values", "1 values; the model expects 2"},
                          FieldViolation{"rows.rows[3].values[0]", "nan; must be a finite number"},
                          FieldViolation{"rows.rows[3].values[1]", "-inf; must be a finite number"},
                          FieldViolation{"rows.rows[4].values", "0 values; the model expects 2"}));
}

TEST(Prediction, AHundredFaultsAreListed) {
  EXPECT_THAT(Faults(Read(Rows({std::vector<float>(100'000, kNan)}), 100'000)), SizeIs(100));
  EXPECT_THAT(Faults(Read(Rows({{1}, std::vector<float>(1000, kNan)}), 1000)), SizeIs(100));
  EXPECT_THAT(Faults(Read(EmptyRows(1000), 2)), SizeIs(100));
}

TEST(Prediction, OneToAHundredThousandRows) {
  EXPECT_EQ(Faults(Read(EmptyRows(0), 1))[0].field, "rows.rows");
  EXPECT_THAT(Faults(Read(EmptyRows(100'001), 1))[0].description, HasSubstr("must be 1 to 100000"));
}

// Without a look at what the rows hold: the matrix would have 37 GiB.
TEST(Prediction, TooManyRowsForAWideModelAreRefused) {
  for (const auto& [features, classes] : {std::pair<int64_t, int64_t>{100'000, 2}, {1, 100'000}}) {
    const auto faults = Faults(Read(EmptyRows(100'000), features, classes));
    ASSERT_THAT(faults, SizeIs(1));
    EXPECT_EQ(faults[0].field, "rows.rows");
    EXPECT_THAT(faults[0].description, HasSubstr("100000 rows; at most 167 at once"));
  }
}

TEST(Prediction, TheMostValuesAreTakenAndOneRowMoreIsNot) {
  EXPECT_TRUE(CheckPredictionSize(16'384, 1024, 2, "f").ok());
  EXPECT_TRUE(CheckPredictionSize(16'384, 2, 1024, "f").ok());
  EXPECT_TRUE(CheckPredictionSize(0, 0, 0, "f").ok());
  for (const absl::Status& status :
       {CheckPredictionSize(16'385, 1024, 2, "f"), CheckPredictionSize(16'385, 2, 1024, "f")}) {
    ASSERT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_EQ(DetailsOf(status).violations[0].field, "f");
  }
}

TEST(Prediction, TheLimitOfHeldOutRowsFitsTheModel) {
  EXPECT_EQ(*LimitFromProto(Limit(0), 64, 10), 10'000);
  EXPECT_EQ(*LimitFromProto(Limit(0), 16'384, 10), 1024);
  EXPECT_EQ(*LimitFromProto(Limit(0), 10, 16'384), 1024);
  EXPECT_EQ(*LimitFromProto(Limit(100'000), 64, 10), 100'000);
  EXPECT_EQ(*LimitFromProto(Limit(1024), 16'384, 10), 1024);
  EXPECT_EQ(Faults(LimitFromProto(Limit(1025), 16'384, 10))[0].field, "held_out_rows.limit");
  EXPECT_EQ(Faults(LimitFromProto(Limit(-1), 64, 10))[0].field, "held_out_rows.limit");
  EXPECT_EQ(Faults(LimitFromProto(Limit(100'001), 64, 10))[0].field, "held_out_rows.limit");
}

TEST(Prediction, TheMostProbableClassIsNamed) {
  const std::vector<float> probabilities = {0.2f, 0.7f, 0.1f, 0.5f, 0.25f, 0.25f, 0.1f, 0.45f, 0.45f};
  const v1::PredictResponse response =
      ToProto(probabilities, 3, {"a", "b", "c"}, engine::CategoricalCrossentropySpec());
  ASSERT_EQ(response.predictions_size(), 3);
  const int expected[] = {1, 0, 1};  // the first of two that are equal
  for (int i = 0; i < 3; ++i) {
    const auto& prediction = response.predictions(i);
    EXPECT_EQ(prediction.class_index(), expected[i]);
    EXPECT_EQ(prediction.class_name(), expected[i] == 1 ? "b" : "a");
    const auto& row = prediction.probabilities();
    EXPECT_THAT(std::vector<float>(row.begin(), row.end()),
                ElementsAre(probabilities[3 * i], probabilities[3 * i + 1], probabilities[3 * i + 2]));
    EXPECT_FLOAT_EQ(std::accumulate(row.begin(), row.end(), 0.0f), 1);
    EXPECT_FALSE(prediction.has_dataset_row());
  }
}

TEST(Prediction, ASingleProbabilitySpeaksForTheSecondClass) {
  const std::vector<float> outputs = {0.25f, 0.75f};
  const v1::PredictResponse response = ToProto(outputs, 1, {"no", "yes"}, engine::BinaryCrossentropySpec());
  ASSERT_THAT(response.predictions(), SizeIs(2));
  EXPECT_EQ(response.predictions(0).class_name(), "no");
  EXPECT_THAT(response.predictions(0).probabilities(), ElementsAre(0.75f, 0.25f));
  EXPECT_EQ(response.predictions(1).class_name(), "yes");
  EXPECT_EQ(response.predictions(1).class_index(), 1);
  EXPECT_THAT(response.predictions(1).values(), SizeIs(0));
}

TEST(Prediction, AScoreAboveZeroIsTheSecondClassAndNoProbability) {
  const std::vector<float> outputs = {0.25f, -0.75f};
  const v1::PredictResponse response = ToProto(outputs, 1, {"no", "yes"}, engine::HingeSpec());
  EXPECT_EQ(response.predictions(0).class_name(), "yes");
  EXPECT_THAT(response.predictions(0).probabilities(), SizeIs(0));
  EXPECT_THAT(response.predictions(0).values(), ElementsAre(0.25f));
  EXPECT_EQ(response.predictions(1).class_name(), "no");
}

TEST(Prediction, RegressionGivesNumbers) {
  const std::vector<float> outputs = {1, 2, 3, 4};
  const v1::PredictResponse response = ToProto(outputs, 2, {}, engine::MeanSquaredErrorSpec());
  ASSERT_THAT(response.predictions(), SizeIs(2));
  EXPECT_THAT(response.predictions(1).values(), ElementsAre(3, 4));
  EXPECT_EQ(response.predictions(1).class_name(), "");
}

}  // namespace
}  // namespace traind
