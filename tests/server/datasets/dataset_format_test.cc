#include "server/datasets/dataset_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
  EXPECT_THAT(FaultyFields({Task::kRegression, TensorFormat{1, 2, 0, {"a", "b"}, {}}}), IsEmpty());
}

TEST(DatasetFormat, EveryFaultIsNamed) {
  EXPECT_THAT(FaultyFields({Task::kClassification, CsvFormat{""}}), ElementsAre("format.csv.label_column"));
  EXPECT_THAT(FaultyFields({Task::kClassification, TensorFormat{0, -1, 1, {}, {}}}),
              ElementsAre("format.tensors.row_count", "format.tensors.feature_count", "format.tensors.class_count"));
  EXPECT_THAT(
      FaultyFields({Task::kClassification, TensorFormat{kMaxRows + 1, kMaxFeatures + 1, kMaxClasses + 1, {}, {}}}),
      ElementsAre("format.tensors.row_count", "format.tensors.feature_count", "format.tensors.class_count"));
  EXPECT_THAT(FaultyFields({Task::kRegression, TensorFormat{1, 1, 2, {}, {"a", "b"}}}),
              ElementsAre("format.tensors.class_count", "format.tensors.class_names"));
  EXPECT_THAT(FaultyFields({Task::kRegression, TensorFormat{1, 4, 0, {"a", "a", "", "\xFF"}, {}}}),
              ElementsAre("format.tensors.feature_names[1]", "format.tensors.feature_names[2]",
                          "format.tensors.feature_names[3]"));
  EXPECT_THAT(FaultyFields({Task::kClassification, TensorFormat{1, 2, 2, {"a"}, {"a", "b", "c"}}}),
              ElementsAre("format.tensors.feature_names", "format.tensors.class_names"));
}

TEST(DatasetFormat, AllNamesTogetherAreBounded) {
  const std::vector<std::string> names(8192, std::string(256, 'f'));
  EXPECT_EQ(NamesFault(names, {}), "");
  EXPECT_EQ(NamesFault(names, {"a", "b"}),
            "the names of features and classes have 2097154 bytes together; at most 2097152: shorten them");
  TensorFormat format{1, 1, 8193, {"f"}, {}};
  for (int i = 0; i < 8193; ++i) format.class_names.push_back(std::string(252, 'c') + std::to_string(1000 + i));
  EXPECT_THAT(FaultyFields({Task::kClassification, format}), ElementsAre("format.tensors"));
}

}  // namespace
}  // namespace traind
