#include "server/storage/checkpoint_store.h"

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/server/storage/faulty_file_system.h"
#include "tests/server/storage/temp_directory.h"

namespace traind {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class CheckpointStoreTest : public testing::Test {
 protected:
  absl::Status Write(const CheckpointRecord& checkpoint, const std::string& bytes) {
    return store_->Write(checkpoint, [&](CheckpointStore::Sink sink) {
      absl::Status status = sink(bytes.substr(0, 3));
      return status.ok() ? sink(bytes.substr(3)) : status;
    });
  }

  std::string Read(const CheckpointRecord& checkpoint) {
    auto file = store_->Map(checkpoint);
    return file.ok() ? std::string((*file)->bytes()) : file.status().ToString();
  }

  std::vector<std::string> Files() { return *files_.List(directory_.path() + "/checkpoints"); }

  TempDirectory directory_;
  FaultyFileSystem files_;
  std::unique_ptr<CheckpointStore> store_ = *CheckpointStore::Open(files_, directory_.path() + "/checkpoints");
};

TEST_F(CheckpointStoreTest, WhatWasWrittenIsThereUnderItsName) {
  ASSERT_TRUE(Write({7, 2, 30}, "the state").ok());
  EXPECT_THAT(Files(), ElementsAre("7-2-30"));
  EXPECT_EQ(Read({7, 2, 30}), "the state");
  EXPECT_TRUE(absl::IsNotFound(store_->Map({7, 2, 31}).status()));
  ASSERT_TRUE(store_->Remove({{7, 2, 30}, {1, 1, 1}}).ok());
  EXPECT_THAT(Files(), IsEmpty());
}

TEST_F(CheckpointStoreTest, AFailureAtAnyPointLeavesNothingAndCanBeRepeated) {
  int operation = 0;
  for (bool failed = true; failed;) {
    files_.FailAt(++operation);
    const absl::Status written = Write({1, 1, 1}, "the state");
    failed = files_.failed();
    files_.FailAt(0);
    EXPECT_EQ(written.ok(), !failed) << operation;
    if (!failed) break;
    EXPECT_TRUE(absl::IsResourceExhausted(written)) << written;
    EXPECT_THAT(Files(), IsEmpty()) << operation;
    ASSERT_TRUE(Write({1, 1, 1}, "the state").ok());
    EXPECT_EQ(Read({1, 1, 1}), "the state");
    ASSERT_TRUE(store_->Remove({{1, 1, 1}}).ok());
  }
  // Create, twice append, sync, close, rename, sync of the folder.
  EXPECT_EQ(operation, 8);
}

TEST_F(CheckpointStoreTest, AnErrorOfTheWriterComesBack) {
  const absl::Status written = store_->Write({1, 1, 1}, [](CheckpointStore::Sink) { return absl::InternalError("x"); });
  EXPECT_TRUE(absl::IsInternal(written));
  EXPECT_THAT(Files(), IsEmpty());
}

TEST_F(CheckpointStoreTest, LeftoversAreSwept) {
  for (const int64_t step : {1, 2, 3}) ASSERT_TRUE(Write({1, 1, step}, "state").ok());
  std::ofstream(directory_.path() + "/checkpoints/1-1-4.tmp") << "half";
  store_ = *CheckpointStore::Open(files_, directory_.path() + "/checkpoints");
  ASSERT_TRUE(store_->Sweep({{1, 1, 2}, {9, 9, 9}}).ok());
  EXPECT_THAT(Files(), ElementsAre("1-1-2"));
}

TEST_F(CheckpointStoreTest, AHalfWrittenFileOfTheSameNameIsNoHindrance) {
  std::ofstream(directory_.path() + "/checkpoints/1-1-4.tmp") << "half";
  ASSERT_TRUE(Write({1, 1, 4}, "state").ok());
  EXPECT_EQ(Read({1, 1, 4}), "state");
}

}  // namespace
}  // namespace traind
