#include "server/datasets/dataset_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "server/datasets/table_reader.h"

namespace traind {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> FaultyFields(const DatasetFormat& format) {
  std::vector<std::string> fields;
  for (const FieldViolation& fault : CheckFormat(format)) fields.push_back(fault.field);
  return fields;
}

TEST(DatasetFormat, GoodOnesHaveNoFaults) {
  EXPECT_THAT(FaultyFields({Task::kClassification, CsvFormat{"label"}}), IsEmpty());
  EXPECT_THAT(FaultyFields({Task::kClassification, TensorFormat{kMaxRows, kMaxFeatures, kMaxClasses, {}, {}}}),
              IsEmpty());
  EXPECT_THAT(FaultyFields({Task::kRegression, TensorFormat{1, 2, 0, {"a", "b"}, {}, 1}}), IsEmpty());
}

TEST(DatasetFormat, EveryFaultIsNamed) {
  EXPECT_THAT(FaultyFields({Task::kClassification, CsvFormat{""}}), ElementsAre("format.csv.label_column"));
  EXPECT_THAT(FaultyFields({Task::kClassification, TensorFormat{0, -1, 1, {}, {}}}),
              ElementsAre("format.tensors.row_count", "format.tensors.feature_count", "format.tensors.class_count"));
  EXPECT_THAT(
      FaultyFields({Task::kClassification, TensorFormat{kMaxRows + 1, kMaxFeatures + 1, kMaxClasses + 1, {}, {}}}),
      ElementsAre("format.tensors.row_count", "format.tensors.feature_count", "format.tensors.class_count"));
  EXPECT_THAT(FaultyFields({Task::kRegression, TensorFormat{1, 1, 2, {}, {"a", "b"}, 1}}),
              ElementsAre("format.tensors.class_count", "format.tensors.class_names"));
  EXPECT_THAT(FaultyFields({Task::kRegression, TensorFormat{1, 4, 0, {"a", "a", "", "\xFF"}, {}, 1}}),
              ElementsAre("format.tensors.feature_names[1]", "format.tensors.feature_names[2]",
                          "format.tensors.feature_names[3]"));
  EXPECT_THAT(FaultyFields({Task::kClassification, TensorFormat{1, 2, 2, {"a"}, {"a", "b", "c"}}}),
              ElementsAre("format.tensors.feature_names", "format.tensors.class_names"));
}

TEST(DatasetFormat, TargetsAreCountedAndNamed) {
  TensorFormat tensors{.rows = 1, .features = 1, .targets = kMaxTargets};
  EXPECT_THAT(FaultyFields({Task::kRegression, tensors}), IsEmpty());
  for (int64_t count : {int64_t{-1}, int64_t{0}, kMaxTargets + 1, std::numeric_limits<int64_t>::max()}) {
    tensors.targets = count;
    EXPECT_THAT(FaultyFields({Task::kRegression, tensors}), ElementsAre("format.tensors.target_count")) << count;
  }
  tensors.targets = 3;
  tensors.target_names = {"u", "u", ""};
  EXPECT_THAT(FaultyFields({Task::kRegression, tensors}),
              ElementsAre("format.tensors.target_names[1]", "format.tensors.target_names[2]"));
  tensors.classes = 2;
  EXPECT_THAT(FaultyFields({Task::kClassification, tensors}),
              ElementsAre("format.tensors.target_count", "format.tensors.target_names"));
}

TEST(DatasetFormat, LabelColumnsAreDistinctAndSeveralForRegressionOnly) {
  const CsvFormat two{.label_columns = {"u", "v"}};
  EXPECT_THAT(FaultyFields({Task::kRegression, two}), IsEmpty());
  EXPECT_THAT(FaultyFields({Task::kClassification, two}), ElementsAre("format.csv.label_columns"));
  EXPECT_THAT(FaultyFields({Task::kClassification, CsvFormat{.label_columns = {"u"}}}), IsEmpty());
  EXPECT_THAT(FaultyFields({Task::kRegression, CsvFormat{.label_column = "u", .label_columns = {"v"}}}),
              ElementsAre("format.csv.label_columns"));
  EXPECT_THAT(FaultyFields({Task::kRegression, CsvFormat{.label_columns = {"u", "", "u", "\xFF"}}}),
              ElementsAre("format.csv.label_columns[1]", "format.csv.label_columns[2]", "format.csv.label_columns[3]"));
  EXPECT_THAT(FaultyFields({Task::kRegression, CsvFormat{}}), ElementsAre("format.csv.label_column"));
  CsvFormat many;
  for (int64_t i = 0; i <= kMaxTargets; ++i) many.label_columns.push_back(std::to_string(i));
  EXPECT_THAT(FaultyFields({Task::kRegression, many}), ElementsAre("format.csv.label_columns"));
}

TEST(DatasetFormat, AWeightColumnIsNoLabelColumn) {
  CsvFormat csv{.label_columns = {"u", "v"}, .weight_column = "w"};
  EXPECT_THAT(FaultyFields({Task::kRegression, csv}), IsEmpty());
  for (const std::string bad : {"v", "\xFF"}) {
    csv.weight_column = bad;
    EXPECT_THAT(FaultyFields({Task::kRegression, csv}), ElementsAre("format.csv.weight_column"));
  }
}

TEST(DatasetFormat, AllNamesTogetherAreBounded) {
  const std::vector<std::string> names(4096, std::string(256, 'f'));
  EXPECT_EQ(NamesFault({.feature_names = names}), "");
  EXPECT_EQ(
      NamesFault({.feature_names = names, .class_names = {"a", "b"}}),
      "the names of features, categories, classes and targets have 1048578 bytes together; at most 1048576: shorten "
      "them");
  TableSchema table = {.feature_names = names};
  table.columns.resize(1);
  EXPECT_EQ(NamesFault(table), "");
  table.columns[0].categories = {"a"};
  EXPECT_NE(NamesFault(table), "");
  TensorFormat format{1, 1, 8193, {"f"}, {}};
  for (int i = 0; i < 8193; ++i) format.class_names.push_back(std::string(252, 'c') + std::to_string(1000 + i));
  EXPECT_THAT(FaultyFields({Task::kClassification, format}), ElementsAre("format.tensors"));
}

}  // namespace
}  // namespace traind
