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

// (GCC 12 takes parts of an initializer list of these for uninitialized.)
Column ColumnOf(const std::string& name, ColumnKind kind = ColumnKind::kNumeric,
                const std::vector<std::string>& categories = {}, const std::string& warning = "") {
  Column column;
  column.name = name;
  column.kind = kind;
  column.categories = categories;
  column.warning = warning;
  return column;
}

TEST(ValidationMatch, AFeatureThatWasLeftOutIsNamedWithTheReason) {
  DatasetRecord other = Cats();
  other.feature_names = {"a"};
  other.columns = {ColumnOf("a"), ColumnOf("b", ColumnKind::kIgnore, {}, "is left out: it holds dates")};
  EXPECT_THAT(FaultOf(other, Cats()),
              HasSubstr("it has 1 features, not 2; it lacks the feature 'b', which is left out: it holds dates"));
}

TEST(ValidationMatch, NumbersAreNoCategories) {
  DatasetRecord numbers = Cats();
  numbers.columns = {ColumnOf("a"), ColumnOf("b")};
  EXPECT_TRUE(CheckValidates(numbers, Cats()).ok());
  DatasetRecord texts = numbers;
  texts.columns[1] = ColumnOf("b", ColumnKind::kCategorical, {"x", "y"});
  EXPECT_TRUE(CheckValidates(texts, texts).ok());
  EXPECT_THAT(FaultOf(numbers, texts), HasSubstr("its column 'b' holds numbers, not categories"));
  EXPECT_THAT(FaultOf(texts, Cats()), HasSubstr("its column 'b' holds categories, not numbers"));
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

TEST_F(OpenForTest, CategoriesAreRecodedByName) {
  const auto record = *Upload(format_, "n,city,y\n1,Rome,dog\n2,Oslo,eel\n3,Cairo,dog\n");
  const std::vector<Column> known = {ColumnOf("n"), ColumnOf("y", ColumnKind::kLabel),
                                     ColumnOf("city", ColumnKind::kCategorical, {"Lima", "Oslo", "Rome"})};
  const auto dataset = *StoredDataset::OpenFor({"dog", "eel"}, known, record, *blobs_);
  ASSERT_NE(dataset->view().recoding, nullptr);
  EXPECT_THAT(*dataset->view().recoding, ElementsAre(ElementsAre(), ElementsAre(-1, 1, 2)));  // Cairo, Oslo, Rome
  EXPECT_EQ((*StoredDataset::OpenFor({"dog", "eel"}, record.columns, record, *blobs_))->view().recoding, nullptr);
  EXPECT_EQ((*StoredDataset::Open(record, *blobs_))->view().recoding, nullptr);
}

TEST_F(OpenForTest, LabelsAreRenumberedByName) {
  const auto record = *Upload(format_, "a,y\n1,dog\n2,eel\n3,dog\n");
  const auto dataset = StoredDataset::OpenFor({"eel", "cat", "dog"}, {}, record, *blobs_);
  ASSERT_TRUE(dataset.ok()) << dataset.status();
  EXPECT_THAT(ClassesOf(**dataset), ElementsAre(2, 0, 2));
  EXPECT_EQ((*dataset)->view().shape.classes, 3);
  EXPECT_THAT((*dataset)->view().shape.class_names, ElementsAre("eel", "cat", "dog"));
  EXPECT_THAT(FeaturesOf(**dataset), ElementsAre(1, 2, 3));
  EXPECT_THAT(ClassesOf(*Open(record)), ElementsAre(0, 1, 0));
}

TEST_F(OpenForTest, LabelsInOrderAreTheStoredOnes) {
  const auto record = *Upload(format_, "a,y\n1,dog\n2,eel\n");
  const auto dataset = *StoredDataset::OpenFor({"dog", "eel", "fox"}, {}, record, *blobs_);
  EXPECT_THAT(ClassesOf(*dataset), ElementsAre(0, 1));
  EXPECT_EQ(dataset->view().shape.classes, 3);
}

TEST_F(OpenForTest, UnknownClassesAreRefused) {
  const auto record = *Upload(format_, "a,y\n1,dog\n2,eel\n");
  EXPECT_TRUE(absl::IsFailedPrecondition(StoredDataset::OpenFor({"dog", "cat"}, {}, record, *blobs_).status()));
}

TEST_F(OpenForTest, RegressionsHaveNoClasses) {
  const auto record = *Upload({Task::kRegression, CsvFormat{"y"}}, "a,y\n1,5\n2,6\n");
  const auto dataset = *StoredDataset::OpenFor({}, {}, record, *blobs_);
  EXPECT_THAT(TargetsOf(*dataset), ElementsAre(5, 6));
  EXPECT_EQ(dataset->view().shape.classes, 0);
}

}  // namespace
}  // namespace traind
