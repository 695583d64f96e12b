// What a store called durable is there after the power failed, whatever became of all else.
#include "tests/server/storage/power_loss.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/storage/blob_store.h"
#include "server/storage/checkpoint_store.h"
#include "server/storage/sha256.h"
#include "tests/server/storage/put_blob.h"

namespace traind {
namespace {

TEST(PowerLossTest, ABlobThatWasCommittedIsThereAndNoneIsHalf) {
  const std::string folder = "/srv/data/blobs";
  std::vector<BlobInfo> safe;
  AtEveryPowerLoss(
      [&](PowerLossFileSystem& files) {
        safe.clear();
        auto blobs = BlobStore::Open(files, folder);
        if (!blobs.ok()) return;
        for (const std::string& bytes : {std::string("one"), std::string(600'000, 'x'), std::string("one")}) {
          const absl::StatusOr<BlobInfo> blob = PutBlob(**blobs, bytes);
          if (!blob.ok()) return;
          safe.push_back(*blob);
        }
      },
      [&](PowerLossFileSystem& files) {
        auto blobs = BlobStore::Open(files, folder);
        ASSERT_TRUE(blobs.ok()) << blobs.status();
        for (const BlobInfo& blob : safe) EXPECT_TRUE((*blobs)->Map(blob).ok()) << (*blobs)->Map(blob).status();
        const absl::StatusOr<std::vector<std::string>> all = (*blobs)->List();
        ASSERT_TRUE(all.ok()) << all.status();
        for (const std::string& name : *all) {
          EXPECT_EQ(Sha256Hex((*files.Map(absl::StrCat(folder, "/", name.substr(0, 2), "/", name)))->bytes()), name);
        }
      });
  EXPECT_EQ(safe.size(), 3u) << "the last time nothing was in its way";
}

TEST(PowerLossTest, ACheckpointThatWasWrittenIsThere) {
  std::vector<CheckpointRecord> safe;
  const auto open = [](PowerLossFileSystem& files) { return CheckpointStore::Open(files, "/srv/data/checkpoints"); };
  const auto state = [](const CheckpointRecord& checkpoint) { return absl::StrCat("state ", checkpoint.step); };
  AtEveryPowerLoss(
      [&](PowerLossFileSystem& files) {
        safe.clear();
        auto store = open(files);
        if (!store.ok()) return;
        for (const int64_t step : {10, 20, 30}) {
          const CheckpointRecord checkpoint = {1, 1, step};
          const auto write = [&](CheckpointStore::Sink sink) { return sink(state(checkpoint)); };
          if (!(*store)->Write(checkpoint, write).ok()) return;
          safe.push_back(checkpoint);
        }
      },
      [&](PowerLossFileSystem& files) {
        auto store = open(files);
        ASSERT_TRUE(store.ok()) << store.status();
        ASSERT_TRUE((*store)->Sweep(safe).ok());
        for (const CheckpointRecord& checkpoint : safe) {
          const auto file = (*store)->Map(checkpoint);
          ASSERT_TRUE(file.ok()) << file.status();
          EXPECT_EQ((*file)->bytes(), state(checkpoint));
        }
      });
  EXPECT_EQ(safe.size(), 3u);
}

TEST(PowerLossTest, ADirectoryIsThereWithAllAboveIt) {
  bool made = false;
  AtEveryPowerLoss(
      [&](PowerLossFileSystem& files) {
        // A first process dies somewhere on its way, a second one comes to the end.
        made = MakeDurableDirectory(files, "/a/b").ok() && MakeDurableDirectory(files, "/a/b/c/d").ok();
      },
      [&](PowerLossFileSystem& files) {
        if (made) {
          EXPECT_TRUE(files.List("/a/b/c/d").ok());
        }
      });
  EXPECT_TRUE(made);
}

// One that died before it synced anything must not leave a trap to the next.
TEST(PowerLossTest, ADirectoryThatADeadProcessMadeIsSynced) {
  for (const char* const unsynced : {"/a", "/a/b"}) {
    PowerLossFileSystem files;
    if (std::string(unsynced) == "/a/b") {
      ASSERT_TRUE(MakeDurableDirectory(files, "/a").ok());
    }
    ASSERT_TRUE(files.MakeDirectory(unsynced).ok());
    ASSERT_TRUE(MakeDurableDirectory(files, "/a/b").ok());
    files.PowerOn(PowerLossFileSystem::Unsynced::kLost, 0);
    EXPECT_TRUE(files.List("/a/b").ok()) << unsynced;
  }
}

// The double itself: without Sync and SyncDirectory nothing is promised.
TEST(PowerLossTest, WhatWasNotSyncedIsLost) {
  PowerLossFileSystem files;
  ASSERT_TRUE(MakeDurableDirectory(files, "/d").ok());
  const auto write = [&](const std::string& path, bool sync) {
    auto file = files.Create(path);
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE((*file)->Append("bytes").ok());
    if (sync) {
      ASSERT_TRUE((*file)->Sync().ok());
    }
  };
  write("/d/unsynced", false);
  ASSERT_TRUE(files.SyncDirectory("/d").ok());
  write("/d/unnamed", true);
  files.PowerOn(PowerLossFileSystem::Unsynced::kLost, 0);
  EXPECT_EQ(*files.List("/d"), std::vector<std::string>{"unsynced"});
  EXPECT_EQ(*files.Size("/d/unsynced"), 0);
}

}  // namespace
}  // namespace traind
