#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/storage/file_system.h"
#include "tests/server/storage/temp_directory.h"

namespace traind {
namespace {

class PosixFileSystemTest : public testing::Test {
 protected:
  std::string Path(const std::string& name) const { return directory_.path() + "/" + name; }

  void WriteFile(const std::string& name, const std::string& bytes) {
    absl::StatusOr<std::unique_ptr<WritableFile>> file = files_.Create(Path(name));
    ASSERT_TRUE(file.ok()) << file.status();
    ASSERT_TRUE((*file)->Append(bytes).ok());
    ASSERT_TRUE((*file)->Sync().ok());
    ASSERT_TRUE((*file)->Close().ok());
  }

  TempDirectory directory_;
  FileSystem& files_ = PosixFileSystem();
};

TEST_F(PosixFileSystemTest, WhatIsWrittenIsMapped) {
  WriteFile("a", std::string("bytes\0more", 10));
  EXPECT_EQ((*files_.Map(Path("a")))->bytes(), std::string_view("bytes\0more", 10));
  EXPECT_EQ(*files_.Size(Path("a")), 10);
}

TEST_F(PosixFileSystemTest, AnEmptyFileIsMapped) {
  WriteFile("empty", "");
  EXPECT_EQ((*files_.Map(Path("empty")))->bytes(), "");
}

TEST_F(PosixFileSystemTest, AMappingOutlivesItsFile) {
  WriteFile("a", "bytes");
  std::unique_ptr<MappedFile> mapped = *files_.Map(Path("a"));
  ASSERT_TRUE(files_.Remove(Path("a")).ok());
  EXPECT_EQ(mapped->bytes(), "bytes");
}

TEST_F(PosixFileSystemTest, CreateRefusesAFileThatExists) {
  WriteFile("a", "bytes");
  EXPECT_TRUE(absl::IsAlreadyExists(files_.Create(Path("a")).status()));
}

TEST_F(PosixFileSystemTest, RenameReplaces) {
  WriteFile("a", "new");
  WriteFile("b", "old");
  ASSERT_TRUE(files_.Rename(Path("a"), Path("b")).ok());
  EXPECT_EQ((*files_.Map(Path("b")))->bytes(), "new");
  EXPECT_THAT(*files_.List(directory_.path()), testing::ElementsAre("b"));
}

TEST_F(PosixFileSystemTest, MissingFilesAreNotFoundAndNamed) {
  for (const absl::Status& status : {files_.Map(Path("gone")).status(), files_.Size(Path("gone")).status(),
                                     files_.List(Path("gone")).status(), files_.Rename(Path("gone"), Path("b")),
                                     files_.SyncDirectory(Path("gone")), files_.Create(Path("gone/a")).status()}) {
    EXPECT_TRUE(absl::IsNotFound(status)) << status;
    EXPECT_THAT(std::string(status.message()), testing::HasSubstr(Path("gone")));
  }
  EXPECT_TRUE(files_.Remove(Path("gone")).ok());
}

TEST_F(PosixFileSystemTest, ListIsSorted) {
  ASSERT_TRUE(MakeDurableDirectory(files_, Path("x/y")).ok());
  ASSERT_TRUE(files_.SyncDirectory(Path("x/y")).ok());
  EXPECT_THAT(*files_.List(directory_.path()), testing::ElementsAre("x"));
  WriteFile("b", "1");
  WriteFile("a", "2");
  EXPECT_THAT(*files_.List(directory_.path()), testing::ElementsAre("a", "b", "x"));
}

}  // namespace
}  // namespace traind
