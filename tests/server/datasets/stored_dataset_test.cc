#include "server/datasets/stored_dataset.h"

#include <gtest/gtest.h>

#include "tests/server/datasets/ingest_fixture.h"

namespace traind {
namespace {

class StoredDatasetTest : public IngestFixture {
 protected:
  DatasetRecord record_ = *Upload({Task::kClassification, CsvFormat{"y"}}, "a,y\n1,0\n2,1\n");
};

TEST_F(StoredDatasetTest, StaysReadableWhenItsBlobsAreRemoved) {
  const auto dataset = Open(record_);
  ASSERT_TRUE(blobs_->Remove(record_.feature_part.sha256, [] { return false; }).ok());
  ASSERT_TRUE(blobs_->Remove(record_.label_part.sha256, [] { return false; }).ok());
  EXPECT_EQ(FeaturesOf(*dataset), (std::vector<float>{1, 2}));
  EXPECT_EQ(dataset->view().shape.classes, 2);
  EXPECT_TRUE(absl::IsNotFound(StoredDataset::Open(record_, *blobs_).status()));
}

TEST_F(StoredDatasetTest, ARecordThatDoesNotMatchItsBlobsIsDataLoss) {
  record_.rows = 3;
  EXPECT_TRUE(absl::IsDataLoss(StoredDataset::Open(record_, *blobs_).status()));
}

TEST_F(StoredDatasetTest, TheShapeIsTheRecords) {
  const engine::DatasetShape classes = ShapeOf(record_);
  EXPECT_EQ(classes.rows, 2);
  EXPECT_EQ(classes.features, 1);
  EXPECT_EQ(classes.targets, 1);
  EXPECT_EQ(classes.class_names, (std::vector<std::string>{"0", "1"}));
  const auto numbers = *Upload({Task::kRegression, CsvFormat{.label_columns = {"y", "z"}}}, "a,y,z\n1,0,2\n2,1,3\n");
  EXPECT_EQ(ShapeOf(numbers).classes, 0);
  EXPECT_EQ(ShapeOf(numbers).targets, 2);
}

TEST_F(StoredDatasetTest, AnUploadDroppedLeavesNothing) {
  {
    auto ingest = *DatasetIngest::Begin({Task::kRegression, CsvFormat{"y"}}, *blobs_);
    ASSERT_TRUE(ingest->Append("a,y\n1,0\n").ok());
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_ + "/blobs/incoming"));
}

}  // namespace
}  // namespace traind
