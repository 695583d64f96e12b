#include "server/storage/blob_store.h"

#include <atomic>
#include <fstream>
#include <stop_token>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "server/storage/blob_references.h"
#include "tests/server/storage/put_blob.h"
#include "tests/server/storage/storage_fixture.h"

namespace traind {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kHello[] = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";  // FIPS 180-4 of "hello"
constexpr char kEmpty[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

absl::StatusOr<bool> NotInUse() { return false; }

class BlobStoreTest : public StorageFixture {
 protected:
  void Overwrite(const std::string& sha256, const std::string& bytes) {
    std::ofstream(directory_.path() + "/blobs/" + sha256.substr(0, 2) + "/" + sha256, std::ios::trunc) << bytes;
  }
};

TEST_F(BlobStoreTest, ABlobIsStoredUnderItsHash) {
  absl::StatusOr<BlobInfo> blob = PutBlob(*blobs_, "hello");
  ASSERT_TRUE(blob.ok()) << blob.status();
  EXPECT_EQ(blob->sha256, kHello);
  EXPECT_EQ(blob->size, 5);
  EXPECT_THAT(BlobFiles(), ElementsAre(absl::StrCat("2c/", kHello)));
  Reopen();
  EXPECT_EQ((*blobs_->Map(*blob))->bytes(), "hello");
}

TEST_F(BlobStoreTest, AStopEndsTheCheckOfABlob) {
  const BlobInfo blob = *PutBlob(*blobs_, "hello");
  std::stop_source stop;
  stop.request_stop();
  EXPECT_TRUE(absl::IsCancelled(blobs_->Map(blob, stop.get_token()).status()));
  EXPECT_TRUE(blobs_->Map(blob).ok());
  EXPECT_TRUE(blobs_->Map(blob, stop.get_token()).ok()) << "it is known by now";
}

TEST_F(BlobStoreTest, PiecesOfAnySizeMakeOneBlob) {
  std::string whole;
  std::unique_ptr<BlobWriter> writer = *blobs_->Create();
  for (size_t size : {1, 300'000, 7, 262'144, 524'288, 0, 99'999}) {
    const std::string piece(size, static_cast<char>('a' + size % 26));
    whole += piece;
    ASSERT_TRUE(writer->Append(piece).ok());
  }
  absl::StatusOr<BlobInfo> blob = writer->Commit();
  ASSERT_TRUE(blob.ok()) << blob.status();
  EXPECT_EQ(blob->sha256, Sha256Hex(whole));
  EXPECT_EQ((*blobs_->Map(*blob))->bytes(), whole);
}

TEST_F(BlobStoreTest, AnEmptyBlobIsABlob) {
  absl::StatusOr<BlobInfo> blob = PutBlob(*blobs_, "");
  ASSERT_TRUE(blob.ok()) << blob.status();
  EXPECT_EQ(blob->sha256, kEmpty);
  EXPECT_EQ((*blobs_->Map(*blob))->bytes(), "");
}

TEST_F(BlobStoreTest, TheSameBytesAreStoredOnce) {
  ASSERT_TRUE(PutBlob(*blobs_, "hello").ok());
  ASSERT_TRUE(PutBlob(*blobs_, "hello").ok());
  EXPECT_EQ(BlobFiles().size(), 1);
}

TEST_F(BlobStoreTest, WhatIsNotCommittedLeavesNoTrace) {
  Writer("hello").reset();
  EXPECT_THAT(BlobFiles(), IsEmpty());
}

TEST_F(BlobStoreTest, ASpentWriterRefuses) {
  std::unique_ptr<BlobWriter> writer = Writer("hello");
  ASSERT_TRUE(writer->Commit().ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(writer->Append("more")));
  EXPECT_TRUE(absl::IsFailedPrecondition(writer->Commit().status()));
}

TEST_F(BlobStoreTest, ASealTellsTheNameThatTheCommitGives) {
  std::unique_ptr<BlobWriter> writer = Writer("hel");
  ASSERT_TRUE(writer->Append("lo").ok());
  EXPECT_EQ(*writer->Seal(), kHello);
  EXPECT_EQ(*writer->Seal(), kHello);
  EXPECT_TRUE(absl::IsFailedPrecondition(writer->Append("more")));
  const BlobInfo blob = *writer->Commit();
  EXPECT_EQ(blob.sha256, kHello);
  EXPECT_EQ(blob.size, 5);
  EXPECT_EQ((*blobs_->Map(blob))->bytes(), "hello");
  EXPECT_TRUE(absl::IsFailedPrecondition(writer->Seal().status()));
}

TEST_F(BlobStoreTest, ASealDroppedOrFailedLeavesNoTrace) {
  ASSERT_TRUE(Writer("hello")->Seal().ok());
  EXPECT_THAT(BlobFiles(), IsEmpty());
  std::unique_ptr<BlobWriter> writer = Writer("hello");
  files_.FailAt(1);
  EXPECT_TRUE(absl::IsResourceExhausted(writer->Seal().status()));
  files_.FailAt(0);
  EXPECT_TRUE(absl::IsResourceExhausted(writer->Commit().status()));
  writer.reset();
  EXPECT_THAT(BlobFiles(), IsEmpty());
}

TEST_F(BlobStoreTest, OpeningRemovesWhatACrashLeft) {
  std::ofstream(directory_.path() + "/blobs/incoming/7") << "half";
  Reopen();
  EXPECT_THAT(BlobFiles(), IsEmpty());
}

TEST_F(BlobStoreTest, AMissingBlobIsNotFound) {
  EXPECT_TRUE(absl::IsNotFound(blobs_->Map({kHello, 5}).status()));
  EXPECT_TRUE(blobs_->Remove(kHello, NotInUse).ok());
}

TEST_F(BlobStoreTest, DamageIsDataLoss) {
  const BlobInfo blob = *PutBlob(*blobs_, "hello");
  Overwrite(blob.sha256, "hell0");
  EXPECT_TRUE(absl::IsDataLoss(blobs_->Map(blob).status()));
  Overwrite(blob.sha256, "hell");
  EXPECT_TRUE(absl::IsDataLoss(blobs_->Map(blob).status()));
}

TEST_F(BlobStoreTest, StoringTheBytesAgainHealsDamage) {
  const BlobInfo blob = *PutBlob(*blobs_, "hello");
  Overwrite(blob.sha256, "hell0");
  ASSERT_TRUE(PutBlob(*blobs_, "hello").ok());
  EXPECT_EQ((*blobs_->Map(blob))->bytes(), "hello");
}

TEST_F(BlobStoreTest, ARemovedBlobIsGoneButItsMappingStays) {
  const BlobInfo blob = *PutBlob(*blobs_, "hello");
  std::unique_ptr<MappedFile> mapped = *blobs_->Map(blob);
  ASSERT_TRUE(blobs_->Remove(blob.sha256, NotInUse).ok());
  EXPECT_THAT(BlobFiles(), IsEmpty());
  EXPECT_EQ(mapped->bytes(), "hello");
}

TEST_F(BlobStoreTest, ABlobThatIsHeldOrInUseStays) {
  std::unique_ptr<BlobWriter> writer = Writer("hello");
  const BlobInfo blob = *writer->Commit();
  ASSERT_TRUE(blobs_->Remove(blob.sha256, NotInUse).ok());
  EXPECT_EQ(BlobFiles().size(), 1);
  writer.reset();
  ASSERT_TRUE(blobs_->Remove(blob.sha256, [] { return true; }).ok());
  EXPECT_EQ(BlobFiles().size(), 1);
  EXPECT_TRUE(absl::IsUnavailable(blobs_->Remove(blob.sha256, [] { return absl::UnavailableError("busy"); })));
  EXPECT_EQ(BlobFiles().size(), 1);
  ASSERT_TRUE(blobs_->Remove(blob.sha256, NotInUse).ok());
  EXPECT_THAT(BlobFiles(), IsEmpty());
}

TEST_F(BlobStoreTest, EveryFailureOfTheDiskLeavesNothing) {
  const std::string bytes(600'000, 'x');
  bool failed = true;
  int operation = 0;
  for (; failed; ++operation) {
    Reopen();  // the folders of blobs are made and synced by the first blob of a process
    files_.FailAt(operation + 1);
    absl::StatusOr<BlobInfo> blob = PutBlob(*blobs_, bytes);
    failed = files_.failed();
    files_.FailAt(0);
    EXPECT_EQ(blob.ok(), !failed);
    if (failed) {
      EXPECT_TRUE(absl::IsResourceExhausted(blob.status())) << blob.status();
      EXPECT_THAT(BlobFiles(), IsEmpty()) << operation + 1;
    }
  }
  EXPECT_GE(operation, 9);  // create, two appends, sync, close, make and sync of the folder, rename, sync
}

TEST_F(BlobStoreTest, AFailedRepeatLeavesTheBlobThatWasThere) {
  const BlobInfo blob = *PutBlob(*blobs_, "hello");
  for (int operation = 1; operation <= 6; ++operation) {
    files_.FailAt(operation);
    EXPECT_FALSE(PutBlob(*blobs_, "hello").ok());
    ASSERT_TRUE(files_.failed());
    files_.FailAt(0);
    EXPECT_EQ((*blobs_->Map(blob))->bytes(), "hello");
    EXPECT_EQ(BlobFiles().size(), 1);
  }
}

TEST_F(BlobStoreTest, AFailedCommitDoesNotTakeAnothersBlob) {
  std::unique_ptr<BlobWriter> failing = Writer("hello");
  std::unique_ptr<BlobWriter> succeeding = Writer("hello");
  ASSERT_TRUE(succeeding->Commit().ok());
  files_.FailAt(5);  // append, sync, close, rename, and the sync of the folder
  EXPECT_FALSE(failing->Commit().ok());
  ASSERT_TRUE(files_.failed());
  files_.FailAt(0);
  EXPECT_THAT(BlobFiles(), ElementsAre(absl::StrCat("2c/", kHello)));
}

// Datasets with the same bytes come and go at once; whoever is there can always be read.
TEST_F(BlobStoreTest, SharedBytesSurviveConcurrentCreatesAndDeletes) {
  std::atomic<int> missing = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      const std::string id = absl::StrCat("d", thread);
      for (int round = 0; round < 25; ++round) {
        absl::StatusOr<DatasetRecord> dataset = PublishDataset(id, "hello", "labels");
        if (!dataset.ok() || !blobs_->Map({dataset->feature_part.sha256, 5}).ok() ||
            !blobs_->Map({dataset->label_part.sha256, 6}).ok()) {
          ++missing;
        }
        if (!datasets_->Delete(id).ok()) ++missing;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(missing, 0);
  EXPECT_THAT(BlobFiles(), IsEmpty());
}

}  // namespace
}  // namespace traind
