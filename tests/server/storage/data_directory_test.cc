#include "server/storage/data_directory.h"

#include <filesystem>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/server/storage/temp_directory.h"

namespace traind {
namespace {

TEST(DataDirectoryTest, MakesTheFolderAndNamesWhatIsInIt) {
  TempDirectory temp;
  const std::string path = temp.path() + "/new/folder";
  absl::StatusOr<std::unique_ptr<DataDirectory>> directory = DataDirectory::Open(PosixFileSystem(), path + "/");
  ASSERT_TRUE(directory.ok()) << directory.status();
  EXPECT_TRUE(std::filesystem::exists(path + "/LOCK"));
  EXPECT_EQ((*directory)->database_path(), path + "/traind.db");
  EXPECT_EQ((*directory)->blobs_path(), path + "/blobs");
}

TEST(DataDirectoryTest, BelongsToOneServerAtATime) {
  TempDirectory temp;
  absl::StatusOr<std::unique_ptr<DataDirectory>> first = DataDirectory::Open(PosixFileSystem(), temp.path());
  ASSERT_TRUE(first.ok()) << first.status();
  absl::Status second = DataDirectory::Open(PosixFileSystem(), temp.path()).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(second)) << second;
  EXPECT_THAT(std::string(second.message()), testing::HasSubstr("another traind uses " + temp.path()));
  first->reset();
  EXPECT_TRUE(DataDirectory::Open(PosixFileSystem(), temp.path()).ok());
}

TEST(DataDirectoryTest, AFileInItsPlaceIsAnError) {
  TempDirectory temp;
  EXPECT_FALSE(DataDirectory::Open(PosixFileSystem(), "/dev/null/data").ok());
  EXPECT_TRUE(absl::IsInvalidArgument(DataDirectory::Open(PosixFileSystem(), "").status()));
}

}  // namespace
}  // namespace traind
