#include "server/datasets/dataset_upload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/ascii.h"
#include "server/storage/database.h"
#include "tests/server/datasets/ingest_fixture.h"

namespace traind {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kText[] = "a,y\n1,0\n2,1\n3,0\n";
constexpr char kOther[] = "a,y\n1,0\n2,1\n4,0\n";

class DatasetUploadTest : public IngestFixture {
 protected:
  UploadPlan Plan(const std::string& id, const RequestMark& request = {}, const std::string& text = kText) {
    return {.id = id,
            .format = {Task::kClassification, CsvFormat{"y"}},
            .size = static_cast<int64_t>(text.size()),
            .request = request};
  }
  std::unique_ptr<DatasetUpload> Begin(const std::string& id, const RequestMark& request = {}) {
    return *DatasetUpload::Begin(Plan(id, request), *datasets_, *blobs_);
  }
  absl::StatusOr<DatasetRecord> Send(const std::string& id, const RequestMark& request = {},
                                     const std::string& text = kText) {
    auto upload = DatasetUpload::Begin(Plan(id, request, text), *datasets_, *blobs_);
    if (!upload.ok()) return upload.status();
    if (absl::Status status = (*upload)->Append(0, text); !status.ok()) return status;
    return (*upload)->Commit(Sha256Hex(text), 0);
  }
  // What the blob store has on disk, unfinished files too.
  int Files() {
    int files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ + "/blobs")) {
      files += entry.is_regular_file();
    }
    return files;
  }
  // The upload has left nothing.
  void ExpectNothing(std::unique_ptr<DatasetUpload> upload, const std::string& id) {
    upload.reset();
    EXPECT_EQ(Files(), 0);
    EXPECT_TRUE(absl::IsNotFound(datasets_->Get(id).status()));
  }

  std::unique_ptr<Database> database_ = *Database::Open(folder_ + "/traind.db");
  std::unique_ptr<DatasetStore> datasets_ = DatasetStore::Make(*database_, *blobs_);
};

TEST_F(DatasetUploadTest, SeveralChunksMakeADataset) {
  const std::string text = kText;
  auto upload = Begin("d");
  for (size_t offset = 0; offset < text.size(); offset += 5) {
    EXPECT_EQ(upload->received(), static_cast<int64_t>(offset));
    ASSERT_TRUE(upload->Append(static_cast<int64_t>(offset), text.substr(offset, 5)).ok());
  }
  const auto record = upload->Commit(absl::AsciiStrToUpper(Sha256Hex(text)), 3);
  ASSERT_TRUE(record.ok()) << record.status();
  upload.reset();
  const auto stored = *datasets_->Get("d");
  EXPECT_EQ(stored.rows, 3);
  EXPECT_EQ(stored.sha256, record->sha256);
  EXPECT_EQ(stored.create_time, record->create_time);
  EXPECT_THAT(FeaturesOf(*Open(stored)), ElementsAre(1, 2, 3));
  EXPECT_THAT(ClassesOf(*Open(stored)), ElementsAre(0, 1, 0));
  EXPECT_EQ(Files(), 2);
}

TEST_F(DatasetUploadTest, ADeclaredSizeOutOfRangeIsRefused) {
  for (int64_t size : {int64_t{-1}, int64_t{0}, kMaxUploadBytes + 1}) {
    UploadPlan plan = Plan("d");
    plan.size = size;
    const auto upload = DatasetUpload::Begin(plan, *datasets_, *blobs_);
    ASSERT_TRUE(absl::IsInvalidArgument(upload.status())) << size;
    EXPECT_EQ(DetailsOf(upload.status()).violations[0].field, "begin.size_bytes");
  }
  EXPECT_EQ(Files(), 0);
}

TEST_F(DatasetUploadTest, AnotherShaIsRefused) {
  auto upload = Begin("d");
  ASSERT_TRUE(upload->Append(0, kText).ok());
  const absl::Status status = upload->Commit(Sha256Hex(kOther), 3).status();
  ASSERT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_EQ(DetailsOf(status).violations[0].field, "commit.sha256");
  EXPECT_THAT(DetailsOf(status).violations[0].description, HasSubstr(Sha256Hex(kText)));
  ExpectNothing(std::move(upload), "d");
}

TEST_F(DatasetUploadTest, AnotherRowCountIsRefused) {
  auto upload = Begin("d");
  ASSERT_TRUE(upload->Append(0, kText).ok());
  const absl::Status status = upload->Commit(Sha256Hex(kText), 4).status();
  ASSERT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_THAT(DetailsOf(status).violations, ElementsAre(FieldViolation{"commit.row_count", "4; the data has 3 rows"}));
  ExpectNothing(std::move(upload), "d");
}

// A gap and a repeat.
TEST_F(DatasetUploadTest, AnOffsetThatIsNotNextIsRefused) {
  for (int64_t offset : {7, 0, -1}) {
    auto upload = Begin("d");
    ASSERT_TRUE(upload->Append(0, std::string_view(kText, 6)).ok());
    const absl::Status status = upload->Append(offset, std::string_view(kText, 6));
    EXPECT_TRUE(absl::IsAborted(status)) << status;
    EXPECT_EQ(DetailsOf(status).reason, "OFFSET_MISMATCH");
    EXPECT_EQ(DetailsOf(status).metadata.at("expected_offset"), "6");
    EXPECT_EQ(upload->received(), 6);
    ExpectNothing(std::move(upload), "d");
  }
}

TEST_F(DatasetUploadTest, BytesPastTheDeclaredSizeAreRefused) {
  auto upload = Begin("d");
  ASSERT_TRUE(upload->Append(0, std::string_view(kText, 10)).ok());
  const absl::Status status = upload->Append(10, "2,1\n3,0\n4,1\n");
  EXPECT_TRUE(absl::IsOutOfRange(status)) << status;
  EXPECT_EQ(upload->received(), 10);
  ExpectNothing(std::move(upload), "d");
}

TEST_F(DatasetUploadTest, ChunksAreOneByteToTheMost) {
  UploadPlan plan = Plan("d");
  plan.size = kMaxUploadBytes;
  auto upload = *DatasetUpload::Begin(plan, *datasets_, *blobs_);
  std::string chunk(kMaxChunkBytes + 1, '1');
  for (std::string_view bytes : {std::string_view(), std::string_view(chunk)}) {
    const absl::Status status = upload->Append(0, bytes);
    ASSERT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_EQ(DetailsOf(status).violations[0].field, "chunk.data");
  }
  chunk.pop_back();
  EXPECT_TRUE(upload->Append(0, chunk).ok());
  ExpectNothing(std::move(upload), "d");
}

TEST_F(DatasetUploadTest, ACommitBeforeTheLastByteIsRefused) {
  const std::string part(kText, sizeof(kText) - 5);
  auto upload = Begin("d");
  ASSERT_TRUE(upload->Append(0, part).ok());
  const absl::Status status = upload->Commit(Sha256Hex(part), 0).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  ExpectNothing(std::move(upload), "d");
}

TEST_F(DatasetUploadTest, FaultsOfTheDataLeaveNothing) {
  std::string text = kText;
  text[4] = 'x';
  auto upload = Begin("d");
  ASSERT_TRUE(upload->Append(0, text).ok());
  const absl::Status status = upload->Commit(Sha256Hex(text), 0).status();
  ASSERT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_EQ(DetailsOf(status).violations[0].field, "data row 1, column 'a'");
  ExpectNothing(std::move(upload), "d");
}

TEST_F(DatasetUploadTest, TheSameRequestIsAnsweredWithItsFirstResult) {
  const auto first = *Send("d", {"r", "begin"});
  const auto again = Send("d", {"r", "begin"});
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->id, "d");
  EXPECT_EQ(again->create_time, first.create_time);
  EXPECT_EQ(Files(), 2);
}

TEST_F(DatasetUploadTest, TheSameRequestWithAnotherBodyIsRefused) {
  ASSERT_TRUE(Send("d", {"r", "begin"}).ok());
  // The bytes belong to the body, and so does what opened the upload.
  EXPECT_TRUE(absl::IsAlreadyExists(Send("e", {"r", "begin"}, kOther).status()));
  EXPECT_TRUE(absl::IsAlreadyExists(Send("e", {"r", "another"}).status()));
  EXPECT_TRUE(absl::IsNotFound(datasets_->Get("e").status()));
  EXPECT_EQ(Files(), 2);
}

TEST_F(DatasetUploadTest, ATakenIdIsRefused) {
  ASSERT_TRUE(Send("d").ok());
  const absl::Status at_once = DatasetUpload::Begin(Plan("d"), *datasets_, *blobs_).status();
  EXPECT_TRUE(absl::IsAlreadyExists(at_once)) << at_once;
  EXPECT_EQ(DetailsOf(at_once).reason, "NAME_TAKEN");
  EXPECT_TRUE(absl::IsAlreadyExists(Send("d", {"r", "begin"}, kOther).status()));
  EXPECT_EQ(Files(), 2);
}

// Both begin while the id is free.
TEST_F(DatasetUploadTest, TheFirstOfTwoToCommitHasTheId) {
  auto first = Begin("d");
  auto second = Begin("d");
  ASSERT_TRUE(first->Append(0, kText).ok());
  ASSERT_TRUE(second->Append(0, kOther).ok());
  ASSERT_TRUE(first->Commit(Sha256Hex(kText), 0).ok());
  EXPECT_TRUE(absl::IsAlreadyExists(second->Commit(Sha256Hex(kOther), 0).status()));
  first.reset();
  second.reset();
  EXPECT_THAT(FeaturesOf(*Open(*datasets_->Get("d"))), ElementsAre(1, 2, 3));
  EXPECT_EQ(Files(), 2);
}

}  // namespace
}  // namespace traind
