#include "server/storage/dataset_store.h"

#include "gmock/gmock.h"
#include "server/storage/select.h"
#include "server/storage/upload_store.h"
#include "tests/server/storage/storage_fixture.h"

namespace traind {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class DatasetStoreTest : public StorageFixture {
 protected:
  absl::StatusOr<DatasetRecord> PublishWith(const std::string& id, const RequestMark& mark) {
    DatasetRecord record = Digits(id);
    record.request = mark;
    return Publish(record, {"features of " + id, "labels"});
  }
};

TEST_F(DatasetStoreTest, WhatIsPublishedComesBackAfterARestart) {
  absl::StatusOr<DatasetRecord> published = PublishDataset("digits");
  ASSERT_TRUE(published.ok()) << published.status();
  Reopen();
  absl::StatusOr<DatasetRecord> dataset = datasets_->Get("digits");
  ASSERT_TRUE(dataset.ok()) << dataset.status();
  const DatasetRecord expected = Digits("digits");
  EXPECT_EQ(dataset->id, "digits");
  EXPECT_EQ(dataset->task, Task::kClassification);
  EXPECT_EQ(dataset->rows, 3);
  EXPECT_EQ(dataset->features, 2);
  EXPECT_EQ(dataset->feature_names, expected.feature_names);
  EXPECT_EQ(dataset->label_column, "label");
  EXPECT_EQ(dataset->class_names, expected.class_names);
  EXPECT_EQ(dataset->target_names, expected.target_names);
  EXPECT_EQ(dataset->sha256, expected.sha256);
  EXPECT_EQ(dataset->create_time, At(1));
  EXPECT_EQ(dataset->feature_part.sha256, published->feature_part.sha256);
  EXPECT_EQ((*blobs_->Map({dataset->feature_part.sha256, 8}))->bytes(), "features");
  EXPECT_EQ((*blobs_->Map({dataset->label_part.sha256, 6}))->bytes(), "labels");
}

TEST_F(DatasetStoreTest, ATakenNameIsRefusedAndLeavesNothing) {
  ASSERT_TRUE(PublishDataset("digits").ok());
  const std::vector<std::string> files = BlobFiles();
  absl::Status status = PublishDataset("digits", "other features", "other labels").status();
  EXPECT_TRUE(absl::IsAlreadyExists(status)) << status;
  EXPECT_EQ(BlobFiles(), files);
}

TEST_F(DatasetStoreTest, ARepeatReturnsTheFirstResult) {
  const RequestMark mark = {"r1", "body"};
  EXPECT_FALSE(datasets_->FindRequest(mark)->has_value());
  ASSERT_TRUE(PublishWith("first", mark).ok());
  Reopen();
  EXPECT_EQ((*datasets_->FindRequest(mark))->id, "first");
  const std::vector<std::string> files = BlobFiles();
  absl::StatusOr<DatasetRecord> repeat = PublishWith("second", mark);
  ASSERT_TRUE(repeat.ok()) << repeat.status();
  EXPECT_EQ(repeat->id, "first");
  EXPECT_TRUE(absl::IsNotFound(datasets_->Get("second").status()));
  EXPECT_EQ(BlobFiles(), files);
}

TEST_F(DatasetStoreTest, ARequestIdWithAnotherBodyIsRefused) {
  ASSERT_TRUE(PublishWith("first", {"r1", "body"}).ok());
  EXPECT_TRUE(absl::IsAlreadyExists(datasets_->FindRequest({"r1", "another"}).status()));
  EXPECT_TRUE(absl::IsAlreadyExists(PublishWith("second", {"r1", "another"}).status()));
  EXPECT_FALSE(datasets_->FindRequest({"", ""})->has_value());
  EXPECT_TRUE(PublishWith("second", {"", ""}).ok());
  EXPECT_TRUE(PublishWith("third", {"", ""}).ok());
}

TEST_F(DatasetStoreTest, ListsPageByPage) {
  for (const char* id : {"b", "d", "a", "c", "e"}) ASSERT_TRUE(PublishDataset(id).ok());
  std::vector<std::string> ids;
  std::string after;
  for (bool more = true; more;) {
    Page<DatasetRecord> page = *datasets_->List(after, 2);
    for (const DatasetRecord& dataset : page.records) ids.push_back(dataset.id);
    more = page.more;
    after = ids.back();
  }
  EXPECT_THAT(ids, ElementsAre("a", "b", "c", "d", "e"));
  EXPECT_FALSE(datasets_->List("", 5)->more);
  EXPECT_THAT(datasets_->List("e", 5)->records, IsEmpty());
}

// What is known of a table of very many columns takes megabytes, and a list of such tables no more than a few.
TEST_F(DatasetStoreTest, APageOfLongRecordsEndsEarly) {
  for (const char* id : {"a", "b", "c"}) {
    DatasetRecord record = Digits(id);
    record.feature_names = {std::string(kPageTextBytes / 5 * 3, 'x')};
    ASSERT_TRUE(Publish(record, {"features", "labels"}).ok());
  }
  std::vector<std::string> ids;
  std::string after;
  for (bool more = true; more;) {
    const Page<DatasetRecord> page = *datasets_->List(after, 1000);
    ASSERT_EQ(page.records.size(), 1u);
    ids.push_back(after = page.records[0].id);
    more = page.more;
  }
  EXPECT_THAT(ids, ElementsAre("a", "b", "c"));
}

// Else a crash between the two would leave an upload that counts and that nobody can end.
TEST_F(DatasetStoreTest, AnUploadGoesAsItsDatasetComes) {
  const DiskFloor floor(files_, directory_.path(), 0);
  const auto uploads = UploadStore::Make(*database_);
  UploadRecord upload;
  upload.id = "u1";
  upload.size = 8;
  ASSERT_TRUE(uploads->Insert(upload, floor).ok());
  DatasetRecord record = Digits("digits");
  record.upload_id = "u1";
  ASSERT_TRUE(PublishDataset("taken").ok());
  DatasetRecord refused = record;
  refused.id = "taken";
  EXPECT_TRUE(absl::IsAlreadyExists(Publish(refused, {"features", "labels"}).status()));
  EXPECT_TRUE(uploads->Get("u1").ok());
  ASSERT_TRUE(Publish(record, {"features", "labels"}).ok());
  EXPECT_TRUE(absl::IsNotFound(uploads->Get("u1").status()));
}

TEST_F(DatasetStoreTest, DeleteKeepsBytesThatAnotherHas) {
  ASSERT_TRUE(PublishDataset("one", "same", "labels of one").ok());
  absl::StatusOr<DatasetRecord> two = PublishDataset("two", "labels of two", "same");
  ASSERT_TRUE(two.ok());
  EXPECT_EQ(BlobFiles().size(), 3);
  ASSERT_TRUE(datasets_->Delete("one").ok());
  EXPECT_EQ((*blobs_->Map({two->label_part.sha256, 4}))->bytes(), "same");
  EXPECT_EQ(BlobFiles().size(), 2);
  ASSERT_TRUE(datasets_->Delete("two").ok());
  EXPECT_THAT(BlobFiles(), IsEmpty());
  EXPECT_TRUE(absl::IsNotFound(datasets_->Delete("two")));
}

TEST_F(DatasetStoreTest, WeightsAreKeptAndFreedLikeTheRest) {
  ASSERT_TRUE(Publish(Digits("one"), {"f", "l", "weights"}).ok());
  ASSERT_TRUE(Publish(Digits("two"), {"f", "weights"}).ok());
  Reopen();
  EXPECT_EQ(datasets_->Get("one")->weight_part->sha256, Sha256Hex("weights"));
  EXPECT_EQ((*blobs_->Map({Sha256Hex("weights"), 7}))->bytes(), "weights");
  EXPECT_FALSE(datasets_->Get("two")->weight_part.has_value());
  ASSERT_TRUE(datasets_->Delete("two").ok());
  EXPECT_EQ(BlobFiles().size(), 3);
  ASSERT_TRUE(datasets_->Delete("one").ok());
  EXPECT_THAT(BlobFiles(), IsEmpty());
}

TEST_F(DatasetStoreTest, PartsMayShareABlob) {
  DatasetRecord record = Digits("digits");
  std::vector<std::unique_ptr<BlobWriter>> writers;
  writers.push_back(Writer("ffffffffll......wwwwwwww"));
  const std::string sha256 = *writers.front()->Seal();
  record.feature_part = {sha256, 0, 8, engine::ElementType::kUint8};
  record.label_part = {sha256, 8, 2, engine::ElementType::kInt64};
  record.weight_part = {sha256, 16, 8, engine::ElementType::kFloat64};
  ASSERT_TRUE(datasets_->Publish(record, std::move(writers)).ok());
  Reopen();
  const DatasetRecord stored = *datasets_->Get("digits");
  for (const auto& [part, expected] :
       {std::pair(stored.feature_part, record.feature_part), std::pair(stored.label_part, record.label_part),
        std::pair(*stored.weight_part, *record.weight_part)}) {
    EXPECT_EQ(part.sha256, expected.sha256);
    EXPECT_EQ(part.offset, expected.offset);
    EXPECT_EQ(part.size, expected.size);
    EXPECT_EQ(part.type, expected.type);
  }
  ASSERT_EQ(BlobsOf(stored).size(), 1);
  EXPECT_EQ(BlobsOf(stored)[0].size, 24);
  EXPECT_EQ(BlobFiles().size(), 1);
  ASSERT_TRUE(datasets_->Delete("digits").ok());
  EXPECT_THAT(BlobFiles(), IsEmpty());
}

TEST_F(DatasetStoreTest, DeleteIsRefusedWhileAJobUsesIt) {
  ASSERT_TRUE(PublishDataset("digits").ok());
  ASSERT_TRUE(jobs_->Insert(Job("night"), 10).ok());
  absl::Status status = datasets_->Delete("digits");
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("trainingJobs/night"));
  ASSERT_TRUE(jobs_->Claim("me", At(0), At(1)).ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(datasets_->Delete("digits")));
  ASSERT_TRUE(jobs_->RequestCancel("night", At(0)).ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(datasets_->Delete("digits")));
  ASSERT_TRUE(jobs_->Finish({"night", 1}, JobEnd{}, At(0)).ok());
  EXPECT_TRUE(datasets_->Delete("digits").ok());
}

TEST_F(DatasetStoreTest, DeleteIsRefusedWhileAJobValidatesOnIt) {
  ASSERT_TRUE(PublishDataset("digits").ok());
  ASSERT_TRUE(PublishDataset("more").ok());
  JobRecord job = Job("night");
  job.validation_dataset_id = "more";
  ASSERT_TRUE(jobs_->Insert(job, 10).ok());
  absl::Status status = datasets_->Delete("more");
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("trainingJobs/night"));
  EXPECT_TRUE(absl::IsFailedPrecondition(datasets_->Delete("digits")));
  ASSERT_TRUE(jobs_->RequestCancel("night", At(0)).ok());
  EXPECT_TRUE(datasets_->Delete("more").ok());
}

TEST_F(DatasetStoreTest, EveryFailureOfTheDiskLeavesNothingHalf) {
  int operation = 0;
  for (bool failed = true; failed; ++operation) {
    Reopen();
    std::vector<std::unique_ptr<BlobWriter>> writers;
    for (const char* bytes : {"features", "labels", "weights"}) writers.push_back(Writer(bytes));
    files_.FailAt(operation + 1);
    absl::StatusOr<DatasetRecord> dataset = datasets_->Publish(Digits("digits"), std::move(writers));
    failed = files_.failed();
    files_.FailAt(0);
    EXPECT_EQ(dataset.ok(), !failed) << dataset.status();
    if (failed) {
      EXPECT_TRUE(absl::IsResourceExhausted(dataset.status())) << dataset.status();
      EXPECT_THAT(BlobFiles(), IsEmpty()) << operation + 1;
      EXPECT_TRUE(absl::IsNotFound(datasets_->Get("digits").status()));
    }
  }
  EXPECT_GE(operation, 12);
}

}  // namespace
}  // namespace traind
