#include "server/datasets/validation_match.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/server/datasets/ingest_fixture.h"

namespace traind {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

DatasetRecord Cats() {
  DatasetRecord record;
  record.id = "cats";
  record.features = 2;
  record.feature_names = {"a", "b"};
  record.class_names = {"cat", "dog", "eel"};
  return record;
}

DatasetRecord Prices() {
  DatasetRecord record = Cats();
  record.id = "prices";
  record.task = Task::kRegression;
  record.class_names = {};
  record.target_names = {"u", "v"};
  return record;
}

std::string FaultOf(const DatasetRecord& validation, const DatasetRecord& training) {
  const absl::Status status = CheckValidates(validation, training);
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_EQ(DetailsOf(status).reason, "DATASET_DOES_NOT_FIT");
  EXPECT_EQ(DetailsOf(status).metadata.at("dataset"), "datasets/" + validation.id);
  return std::string(status.message());
}

TEST(ValidationMatch, WhatFitsIsAccepted) {
  EXPECT_TRUE(CheckValidates(Cats(), Cats()).ok());
  EXPECT_TRUE(CheckValidates(Prices(), Prices()).ok());
  DatasetRecord fewer = Cats();
  fewer.class_names = {"eel", "cat"};
  EXPECT_TRUE(CheckValidates(fewer, Cats()).ok());
  EXPECT_FALSE(CheckValidates(Cats(), fewer).ok());
}

TEST(ValidationMatch, DefaultNamesFitAny) {
  DatasetRecord plain = Cats();
  plain.feature_names = {"0", "1"};
  EXPECT_TRUE(CheckValidates(plain, Cats()).ok());
  EXPECT_TRUE(CheckValidates(Cats(), plain).ok());
  DatasetRecord numbers = Prices();
  numbers.target_names = {"0", "1"};
  EXPECT_TRUE(CheckValidates(numbers, Prices()).ok());
  // The name of a single label column never matters.
  DatasetRecord one = Prices(), other = Prices();
  one.target_names = {"u"};
  other.target_names = {"v"};
  EXPECT_TRUE(CheckValidates(one, other).ok());
}

TEST(ValidationMatch, EachDifferenceIsNamed) {
  EXPECT_THAT(FaultOf(Prices(), Cats()), HasSubstr("its task is REGRESSION, not CLASSIFICATION"));
  DatasetRecord other = Cats();
  other.feature_names = {"a", "b", "c"};
  EXPECT_THAT(FaultOf(other, Cats()), HasSubstr("it has 3 features, not 2"));
  other.feature_names = {"b", "a"};
  EXPECT_THAT(FaultOf(other, Cats()), HasSubstr("its feature 1 is 'b', not 'a'"));
  other.class_names = {"cat", "fox", "gnu"};
  EXPECT_EQ(FaultOf(other, Cats()),
            "datasets/cats cannot validate a training on datasets/cats: its feature 1 is 'b', not 'a'; it has classes "
            "that the training does not know: 'fox', 'gnu'");
  other = Prices();
  other.target_names = {"u"};
  EXPECT_THAT(FaultOf(other, Prices()), HasSubstr("it has 1 targets, not 2"));
  other.target_names = {"v", "u"};
  EXPECT_THAT(FaultOf(other, Prices()), HasSubstr("its target 1 is 'v', not 'u'"));
}

TEST(ValidationMatch, AMessageNamesTwentyClassesAtMost) {
  DatasetRecord many = Cats();
  for (int i = 0; i < 1000; ++i) many.class_names.push_back(absl::StrCat("class", i));
  EXPECT_THAT(FaultOf(many, Cats()), HasSubstr("'class19' and 980 more"));
}

TEST(ValidationMatch, ClassesAreFoundByName) {
  EXPECT_THAT(*ClassIndices({"eel", "cat"}, {"cat", "dog", "eel"}), ElementsAre(2, 0));
  EXPECT_TRUE(absl::IsFailedPrecondition(ClassIndices({"0"}, {"cat"}).status()));
}

class OpenForTest : public IngestFixture {
 protected:
  const DatasetFormat format_{Task::kClassification, CsvFormat{"y"}};
};

TEST_F(OpenForTest, LabelsAreRenumberedByName) {
  const auto record = *Upload(format_, "a,y\n1,dog\n2,eel\n3,dog\n");
  const auto dataset = StoredDataset::OpenFor({"eel", "cat", "dog"}, record, *blobs_);
  ASSERT_TRUE(dataset.ok()) << dataset.status();
  EXPECT_THAT(ClassesOf(**dataset), ElementsAre(2, 0, 2));
  EXPECT_EQ((*dataset)->view().shape.classes, 3);
  EXPECT_THAT((*dataset)->view().shape.class_names, ElementsAre("eel", "cat", "dog"));
  EXPECT_THAT(FeaturesOf(**dataset), ElementsAre(1, 2, 3));
  EXPECT_THAT(ClassesOf(*Open(record)), ElementsAre(0, 1, 0));
}

TEST_F(OpenForTest, LabelsInOrderAreTheStoredOnes) {
  const auto record = *Upload(format_, "a,y\n1,dog\n2,eel\n");
  const auto dataset = *StoredDataset::OpenFor({"dog", "eel", "fox"}, record, *blobs_);
  EXPECT_THAT(ClassesOf(*dataset), ElementsAre(0, 1));
  EXPECT_EQ(dataset->view().shape.classes, 3);
}

TEST_F(OpenForTest, UnknownClassesAreRefused) {
  const auto record = *Upload(format_, "a,y\n1,dog\n2,eel\n");
  EXPECT_TRUE(absl::IsFailedPrecondition(StoredDataset::OpenFor({"dog", "cat"}, record, *blobs_).status()));
}

TEST_F(OpenForTest, RegressionsHaveNoClasses) {
  const auto record = *Upload({Task::kRegression, CsvFormat{"y"}}, "a,y\n1,5\n2,6\n");
  const auto dataset = *StoredDataset::OpenFor({}, record, *blobs_);
  EXPECT_THAT(TargetsOf(*dataset), ElementsAre(5, 6));
  EXPECT_EQ(dataset->view().shape.classes, 0);
}

}  // namespace
}  // namespace traind
