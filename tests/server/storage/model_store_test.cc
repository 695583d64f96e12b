#include "server/storage/model_store.h"

#include "gmock/gmock.h"
#include "tests/server/storage/storage_fixture.h"

namespace traind {
namespace {

using testing::ElementsAre;

class ModelStoreTest : public StorageFixture {
 protected:
  void SetUp() override {
    StorageFixture::SetUp();
    ASSERT_TRUE(PublishDataset("digits").ok());
  }

  BlobInfo PublishModel(const std::string& id, const std::string& bytes) {
    std::unique_ptr<BlobWriter> writer = Writer(bytes);
    const BlobInfo weights = *writer->Commit();
    EXPECT_TRUE(jobs_->Finish(RunningJob(id), Success(id, weights), At(60)).ok());
    return weights;
  }
};

TEST_F(ModelStoreTest, AModelComesBackAfterARestart) {
  const BlobInfo weights = PublishModel("a", "weights");
  Reopen();
  absl::StatusOr<ModelRecord> model = models_->Get("a");
  ASSERT_TRUE(model.ok()) << model.status();
  const ModelRecord expected = Model("a", weights);
  EXPECT_GT(model->number, 0);
  EXPECT_EQ(model->job_id, "a");
  EXPECT_EQ(model->dataset_id, "digits");
  EXPECT_EQ(model->dataset_sha256, expected.dataset_sha256);
  EXPECT_EQ(model->validation_dataset_id, "more-digits");
  EXPECT_EQ(model->validation_dataset_sha256, expected.validation_dataset_sha256);
  EXPECT_EQ(model->spec_json, expected.spec_json);
  EXPECT_EQ(model->task, Task::kRegression);
  EXPECT_EQ(model->feature_names, expected.feature_names);
  EXPECT_EQ(model->class_names, expected.class_names);
  EXPECT_EQ(model->target_names, expected.target_names);
  EXPECT_EQ(model->metrics, expected.metrics);
  EXPECT_EQ(model->metric_tables, expected.metric_tables);
  EXPECT_EQ(model->weights.sha256, weights.sha256);
  EXPECT_EQ(model->weights.size, 7);
  EXPECT_EQ(model->parameters, 12345678901);
  EXPECT_EQ(model->threads, 2);
  EXPECT_EQ(model->precision, Precision::kBf16Mixed);
  EXPECT_EQ(model->onednn_version, "2.6.3");
  EXPECT_EQ(model->create_time, At(40));
  EXPECT_TRUE(absl::IsNotFound(models_->Get("gone").status()));
}

TEST_F(ModelStoreTest, ListsTheNewestFirstPageByPage) {
  for (const char* id : {"a", "b", "c"}) PublishModel(id, "weights");
  Page<ModelRecord> first = *models_->List(0, 2);
  ASSERT_EQ(first.records.size(), 2);
  EXPECT_EQ(first.records[0].id, "c");
  EXPECT_EQ(first.records[1].id, "b");
  EXPECT_TRUE(first.more);
  Page<ModelRecord> second = *models_->List(first.records.back().number, 2);
  ASSERT_EQ(second.records.size(), 1);
  EXPECT_EQ(second.records[0].id, "a");
  EXPECT_FALSE(second.more);
}

TEST_F(ModelStoreTest, DeleteKeepsWeightsThatAnotherHas) {
  PublishModel("a", "same");
  const BlobInfo weights = PublishModel("b", "same");
  ASSERT_TRUE(models_->Delete("a").ok());
  EXPECT_EQ((*blobs_->Map(weights))->bytes(), "same");
  EXPECT_TRUE(jobs_->Get("a").ok());
  ASSERT_TRUE(models_->Delete("b").ok());
  EXPECT_TRUE(absl::IsNotFound(blobs_->Map(weights).status()));
  EXPECT_TRUE(absl::IsNotFound(models_->Delete("b")));
}

// A job that ends with the same weights while they are deleted with another model: its writer holds them.
TEST_F(ModelStoreTest, DeleteKeepsWeightsThatAreAboutToBePublished) {
  PublishModel("a", "same");
  const JobClaim claim = RunningJob("b");
  std::unique_ptr<BlobWriter> writer = Writer("same");
  const BlobInfo weights = *writer->Commit();
  ASSERT_TRUE(models_->Delete("a").ok());
  ASSERT_TRUE(jobs_->Finish(claim, Success("b", weights), At(60)).ok());
  writer.reset();
  EXPECT_EQ((*blobs_->Map(weights))->bytes(), "same");
}

}  // namespace
}  // namespace traind
