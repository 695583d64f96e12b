#include "server/datasets/uploads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/core/crc32c.h"
#include "server/storage/blob_references.h"
#include "server/storage/database.h"
#include "server/storage/sha256.h"
#include "tests/server/datasets/ingest_fixture.h"
#include "tests/server/storage/faulty_file_system.h"
#include "tests/server/storage/put_blob.h"

namespace traind {
namespace {

using ::testing::HasSubstr;

constexpr char kText[] = "a,y\n1,0\n2,1\n3,0\n";
constexpr int64_t kFloor = 1 << 20;
constexpr int64_t kMaxBytes = 1 << 27;

class UploadsTest : public IngestFixture {
 protected:
  UploadsTest() {
    blobs_ = *BlobStore::Open(PosixFileSystem(), folder_ + "/blobs", &floor_);
    datasets_ = DatasetStore::Make(*database_, *blobs_);
    Open();
  }
  ~UploadsTest() override { uploads_.reset(); }

  void Open() {
    uploads_.reset();
    uploads_ = *Uploads::Open({.uploads = *rows_,
                               .datasets = *datasets_,
                               .blobs = *blobs_,
                               .files = files_,
                               .floor = floor_,
                               .decode_format = [this](const std::string&) { return format_; }},
                              {.max_bytes = kMaxBytes, .ttl = absl::Hours(1)}, folder_ + "/uploads");
  }
  // As a server that was killed: only what was synced and said so counts.
  void Restart() { Open(); }

  absl::StatusOr<UploadRecord> Create(int64_t size, const std::string& dataset = "d", const RequestMark& request = {}) {
    UploadRecord plan;
    plan.dataset_id = dataset;
    plan.size = size;
    plan.request = request;
    return uploads_->Create(plan);
  }
  // All of `bytes` in pieces, from `offset` on, in a stream of its own.
  absl::Status Send(const std::string& id, const std::string& bytes, int64_t offset = 0, size_t piece = 5) {
    auto lease = uploads_->Lease(id);
    if (!lease.ok()) return lease.status();
    for (size_t at = offset; at < bytes.size(); at += piece) {
      const std::string part = bytes.substr(at, piece);
      if (absl::Status status = (*lease)->Append(static_cast<int64_t>(at), part, engine::Crc32c(part)); !status.ok()) {
        return status;
      }
    }
    return (*lease)->Sync();
  }
  int64_t Committed(const std::string& id) { return uploads_->Get(id)->committed; }
  std::string UploadFile(const std::string& id) const { return folder_ + "/uploads/" + id; }
  int Files(const std::string& below) {
    int files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ + below)) {
      files += entry.is_regular_file();
    }
    return files;
  }

  // Tensors of 3 rows of 2 features and a class each.
  void UseTensors() { format_ = {Task::kClassification, TensorFormat{.rows = 3, .features = 2, .classes = 2}}; }
  static std::string TensorBytes() {
    const std::vector<float> features = {1, 2, 3, 4, 5, 6};
    const std::vector<int32_t> labels = {0, 1, 0};
    return std::string(reinterpret_cast<const char*>(features.data()), 24) +
           std::string(reinterpret_cast<const char*>(labels.data()), 12);
  }

  DatasetFormat format_{Task::kClassification, CsvFormat{"y"}};
  const std::string text_ = kText;
  FaultyFileSystem files_;
  const DiskFloor floor_{files_, folder_, kFloor};
  std::unique_ptr<Database> database_ = *Database::Open(folder_ + "/traind.db");
  std::unique_ptr<DatasetStore> datasets_;
  std::unique_ptr<UploadStore> rows_ = UploadStore::Make(*database_);
  std::unique_ptr<Uploads> uploads_;
};

TEST_F(UploadsTest, SeveralStreamsMakeADataset) {
  const std::string id = Create(text_.size())->id;
  ASSERT_TRUE(Send(id, text_.substr(0, 7)).ok());
  EXPECT_EQ(Committed(id), 7);
  ASSERT_TRUE(Send(id, text_, 7).ok());
  const auto dataset = uploads_->Commit(id, Sha256Hex(text_), 3);
  ASSERT_TRUE(dataset.ok()) << dataset.status();
  EXPECT_EQ(dataset->id, "d");
  EXPECT_EQ(datasets_->Get("d")->sha256, dataset->sha256);
  EXPECT_EQ(FeaturesOf(*StoredDataset::Open(*dataset, *blobs_).value()), (std::vector<float>{1, 2, 3}));
  EXPECT_TRUE(absl::IsNotFound(uploads_->Get(id).status()));
  EXPECT_EQ(Files("/uploads"), 0);
}

TEST_F(UploadsTest, TensorsBecomeTheBlobWithoutACopy) {
  UseTensors();
  const std::string bytes = TensorBytes();
  const std::string id = Create(bytes.size())->id;
  ASSERT_TRUE(Send(id, bytes).ok());
  struct stat before, after;
  ASSERT_EQ(stat(UploadFile(id).c_str(), &before), 0);
  const auto dataset = uploads_->Commit(id, absl::AsciiStrToUpper(Sha256Hex(bytes)), 0);
  ASSERT_TRUE(dataset.ok()) << dataset.status();
  ASSERT_EQ(BlobsOf(*dataset).size(), 1u);
  const std::string sha256 = Sha256Hex(bytes);
  EXPECT_EQ(BlobsOf(*dataset)[0].sha256, sha256);
  ASSERT_EQ(stat((folder_ + "/blobs/" + sha256.substr(0, 2) + "/" + sha256).c_str(), &after), 0);
  EXPECT_EQ(before.st_ino, after.st_ino);
  EXPECT_EQ(Files("/uploads"), 0);
  EXPECT_EQ(Files("/blobs"), 1);
  EXPECT_EQ(dataset->sha256, Upload(format_, bytes)->sha256) << "as if it had come inline";
}

// Wherever the server dies, it goes on from what was safe, and the bytes after that are as if they had never come.
TEST_F(UploadsTest, ItGoesOnAfterARestartWhereItWasSafe) {
  UseTensors();
  const std::string bytes = TensorBytes();
  for (size_t safe = 0; safe < bytes.size(); safe += 3) {
    const std::string id = Create(bytes.size(), absl::StrCat("d", safe))->id;
    ASSERT_TRUE(Send(id, bytes.substr(0, safe)).ok());
    {
      auto lease = *uploads_->Lease(id);
      ASSERT_TRUE(lease->Append(static_cast<int64_t>(safe), "bad", std::nullopt).ok());
    }  // never synced
    Restart();
    EXPECT_EQ(Committed(id), static_cast<int64_t>(safe));
    ASSERT_TRUE(Send(id, bytes, static_cast<int64_t>(safe)).ok());
    const auto dataset = uploads_->Commit(id, Sha256Hex(bytes), 3);
    ASSERT_TRUE(dataset.ok()) << safe << ": " << dataset.status();
    EXPECT_EQ(FeaturesOf(*StoredDataset::Open(*dataset, *blobs_).value()), (std::vector<float>{1, 2, 3, 4, 5, 6}));
  }
  EXPECT_EQ(Files("/blobs"), 1) << "the same bytes are stored once";
}

TEST_F(UploadsTest, WhatDoesNotFitIsRefusedAndTheOffsetStays) {
  const std::string id = Create(text_.size())->id;
  ASSERT_TRUE(Send(id, text_.substr(0, 4)).ok());
  const auto append = [&](int64_t offset, std::string_view bytes, std::optional<uint32_t> crc32c = std::nullopt) {
    auto lease = *uploads_->Lease(id);
    absl::Status status = lease->Append(offset, bytes, crc32c);
    EXPECT_TRUE(lease->Sync().ok());
    return status;
  };
  const absl::Status gap = append(6, "x");
  EXPECT_TRUE(absl::IsAborted(gap)) << gap;
  EXPECT_EQ(DetailsOf(gap).reason, "OFFSET_MISMATCH");
  EXPECT_EQ(DetailsOf(gap).metadata.at("expected_offset"), "4");
  EXPECT_TRUE(absl::IsAborted(append(0, text_.substr(0, 4)))) << "bytes that were sent before";
  EXPECT_TRUE(absl::IsInvalidArgument(append(4, "")));
  EXPECT_TRUE(absl::IsInvalidArgument(append(4, std::string(kMaxChunkBytes + 1, 'x'))));
  EXPECT_TRUE(absl::IsOutOfRange(append(4, text_)));
  const absl::Status damaged = append(4, "1,0", engine::Crc32c("1,1"));
  EXPECT_TRUE(absl::IsInvalidArgument(damaged)) << damaged;
  EXPECT_EQ(DetailsOf(damaged).reason, "CHECKSUM_MISMATCH");
  EXPECT_EQ(Committed(id), 4);
  EXPECT_TRUE(absl::IsFailedPrecondition(uploads_->Commit(id, Sha256Hex(text_), 0).status()));
  ASSERT_TRUE(Send(id, text_, 4).ok());
  EXPECT_TRUE(absl::IsInvalidArgument(uploads_->Commit(id, Sha256Hex("other"), 0).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(uploads_->Commit(id, Sha256Hex(text_), 4).status()));
  EXPECT_EQ(Files("/blobs"), 0);
  EXPECT_TRUE(uploads_->Commit(id, Sha256Hex(text_), 3).ok());
}

TEST_F(UploadsTest, OneIsAtWorkAtATime) {
  const std::string id = Create(text_.size())->id;
  {
    const auto lease = *uploads_->Lease(id);
    for (const absl::Status& status :
         {uploads_->Lease(id).status(), uploads_->Commit(id, "", 0).status(), uploads_->Delete(id)}) {
      EXPECT_TRUE(absl::IsAborted(status)) << status;
      EXPECT_EQ(DetailsOf(status).reason, "UPLOAD_BUSY");
    }
  }
  EXPECT_TRUE(uploads_->Lease(id).ok());
}

TEST_F(UploadsTest, ARepeatOfTheRequestGoesOn) {
  const RequestMark mark = {"r1", "body"};
  const UploadRecord upload = *Create(text_.size(), "d", mark);
  ASSERT_TRUE(Send(upload.id, text_.substr(0, 6)).ok());
  EXPECT_EQ(Create(text_.size(), "d", mark)->id, upload.id);
  EXPECT_EQ(Create(text_.size(), "d", mark)->committed, 6);
  EXPECT_TRUE(absl::IsAlreadyExists(Create(text_.size(), "d", {"r1", "other"}).status()));
  ASSERT_TRUE(Send(upload.id, text_, 6).ok());
  const auto dataset = *uploads_->Commit(upload.id, Sha256Hex(text_), 0);
  // It is a dataset now: both say so, again and again.
  const UploadRecord again = *Create(text_.size(), "d", mark);
  EXPECT_EQ(again.id, upload.id);
  EXPECT_EQ(again.committed, again.size);
  EXPECT_EQ(uploads_->Commit(again.id, Sha256Hex(text_), 0)->id, dataset.id);
  EXPECT_TRUE(absl::IsInvalidArgument(uploads_->Commit(again.id, Sha256Hex("other"), 0).status()));
  EXPECT_TRUE(absl::IsAlreadyExists(Create(text_.size()).status())) << "without the request its name is taken";
}

TEST_F(UploadsTest, SizesAndNamesAreCheckedAtOnce) {
  for (const int64_t size : {int64_t{0}, int64_t{-1}, kMaxBytes + 1}) {
    const absl::Status status = Create(size).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_EQ(DetailsOf(status).violations.at(0).field, "size_bytes");
  }
  EXPECT_TRUE(absl::IsNotFound(uploads_->Lease("u0").status()));
  EXPECT_TRUE(absl::IsNotFound(uploads_->Commit("u0", "", 0).status()));
  EXPECT_TRUE(absl::IsNotFound(uploads_->Delete("u0")));
}

TEST_F(UploadsTest, FaultsOfTheDataAreToldByTheCommitAndAgain) {
  UseTensors();
  std::string bytes = TensorBytes();
  bytes[24] = 9;  // the first label
  const std::string id = Create(bytes.size())->id;
  ASSERT_TRUE(Send(id, bytes).ok());
  for (int i = 0; i < 2; ++i) {
    const absl::Status status = uploads_->Commit(id, Sha256Hex(bytes), 0).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_THAT(DetailsOf(status).violations,
                ::testing::ElementsAre(FieldViolation{"data row 1, label", "9 is no class; must be 0 to 1"}));
  }
  EXPECT_EQ(Files("/blobs"), 0);
  EXPECT_TRUE(uploads_->Delete(id).ok());
  EXPECT_EQ(Files("/uploads"), 0);
}

TEST_F(UploadsTest, WhatExpiredAndWhatIsOfNoUploadIsSwept) {
  const std::string id = Create(text_.size())->id;
  ASSERT_TRUE(Send(id, text_.substr(0, 6)).ok());
  std::ofstream(folder_ + "/uploads/u123") << "of no row";
  ASSERT_TRUE(uploads_->Sweep(absl::Now()).ok());
  EXPECT_EQ(Files("/uploads"), 1);
  EXPECT_EQ(Committed(id), 6);
  {
    const auto lease = *uploads_->Lease(id);
    ASSERT_TRUE(uploads_->Sweep(absl::Now() + absl::Hours(2)).ok());
    EXPECT_EQ(Committed(id), 6) << "somebody is at work on it";
  }
  ASSERT_TRUE(uploads_->Sweep(absl::Now() + absl::Hours(2)).ok());
  EXPECT_TRUE(absl::IsNotFound(uploads_->Get(id).status()));
  EXPECT_EQ(Files("/uploads"), 0);
}

TEST_F(UploadsTest, BlobsOfNoRowAreSwept) {
  ASSERT_TRUE(PutBlob(*blobs_, "of a row that never came").ok());
  const std::string id = Create(text_.size())->id;
  ASSERT_TRUE(Send(id, text_).ok());
  ASSERT_TRUE(uploads_->Commit(id, Sha256Hex(text_), 0).ok());
  auto writer = *blobs_->Create();
  ASSERT_TRUE(writer->Append("of a row that is about to come").ok());
  ASSERT_TRUE(writer->Commit().ok());
  EXPECT_EQ(Files("/blobs"), 4);
  ASSERT_TRUE(RemoveAllUnreferenced(*database_, *blobs_).ok());
  EXPECT_EQ(Files("/blobs"), 3);
  EXPECT_TRUE(StoredDataset::Open(*datasets_->Get("d"), *blobs_).ok());
  EXPECT_EQ(*DatasetBytes(*database_), 24) << "3 features of 4 bytes, 3 labels of 4 bytes";
}

// Every operation on the disk fails once: the upload goes on afterwards, from what was safe, and all comes out right.
TEST_F(UploadsTest, AFullDiskCostsNothingThatWasSafe) {
  UseTensors();
  const std::string bytes = TensorBytes();
  int operation = 0;
  for (bool failed = true; failed; ++operation) {
    const std::string id = Create(bytes.size(), absl::StrCat("d", operation))->id;
    ASSERT_TRUE(Send(id, bytes.substr(0, 8)).ok());
    files_.FailAt(operation + 1);
    const absl::Status status = Send(id, bytes, 8, 12);
    failed = files_.failed();
    files_.FailAt(0);
    EXPECT_EQ(status.ok(), !failed) << status;
    if (failed) {
      EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
    }
    const int64_t committed = Committed(id);
    EXPECT_GE(committed, 8);
    ASSERT_TRUE(Send(id, bytes, committed).ok());
    EXPECT_TRUE(uploads_->Commit(id, Sha256Hex(bytes), 3).ok());
  }
  EXPECT_GE(operation, 4);
}

TEST_F(UploadsTest, AnUploadThatDoesNotFitAboveTheFloorIsNotBegun) {
  files_.SetFreeBytes(kFloor + 100);
  EXPECT_TRUE(Create(100, "fits").ok());
  const auto refused = Create(101, "does_not");
  EXPECT_TRUE(absl::IsResourceExhausted(refused.status())) << refused.status();
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("--min_free_disk_mb"));
}

// What others were let announce is as good as gone, until it is on the disk.
TEST_F(UploadsTest, WhatIsAnnouncedAndHasNotComeIsKeptFree) {
  files_.SetFreeBytes(kFloor + 100);
  const std::string id = Create(static_cast<int64_t>(text_.size()), "first", {"r1", "body"})->id;
  const auto left = static_cast<int64_t>(100 - text_.size());
  const auto refused = Create(left + 1, "second");
  EXPECT_TRUE(absl::IsResourceExhausted(refused.status())) << refused.status();
  EXPECT_EQ(DetailsOf(refused.status()).reason, "DISK_FULL");
  ASSERT_TRUE(Send(id, text_).ok());
  EXPECT_TRUE(Create(left + 1, "second").ok());
  EXPECT_TRUE(Create(static_cast<int64_t>(text_.size()), "first", {"r1", "body"}).ok()) << "it is there already";
}

// While it comes, others fill the disk. It waits, with what it has, for someone to make room.
TEST_F(UploadsTest, ADiskThatReachesTheFloorStopsAnUploadUnderWay) {
  const std::string id = Create(text_.size())->id;
  auto lease = *uploads_->Lease(id);
  ASSERT_TRUE(lease->Append(0, text_.substr(0, 4), {}).ok());
  files_.SetFreeBytes(kFloor + 3);
  EXPECT_TRUE(absl::IsResourceExhausted(lease->Append(4, text_.substr(4, 4), {})));
  EXPECT_TRUE(lease->Append(4, text_.substr(4, 3), {}).ok());
  files_.SetFreeBytes(-1);
  EXPECT_TRUE(lease->Append(7, text_.substr(7), {}).ok());
  EXPECT_TRUE(lease->Sync().ok());
  lease.reset();
  EXPECT_TRUE(uploads_->Commit(id, Sha256Hex(text_), 3).ok());
}

// A commit of a CSV writes its numbers beside its text.
TEST_F(UploadsTest, ADiskAtTheFloorRefusesTheNumbersOfACsv) {
  const std::string id = Create(text_.size())->id;
  ASSERT_TRUE(Send(id, text_).ok());
  files_.SetFreeBytes(kFloor + 11);  // 3 features of 4 bytes are 12
  const absl::Status refused = uploads_->Commit(id, Sha256Hex(text_), 3).status();
  EXPECT_TRUE(absl::IsResourceExhausted(refused)) << refused;
  EXPECT_EQ(DetailsOf(refused).reason, "DISK_FULL");
  EXPECT_EQ(Files("/blobs"), 0);
  files_.SetFreeBytes(kFloor + 12);
  EXPECT_TRUE(uploads_->Commit(id, Sha256Hex(text_), 3).ok()) << "of the upload nothing is lost";
}

TEST_F(UploadsTest, AFileThatLostSafeBytesIsDataLoss) {
  const std::string id = Create(text_.size())->id;
  ASSERT_TRUE(Send(id, text_.substr(0, 8)).ok());
  Restart();
  std::filesystem::resize_file(UploadFile(id), 3);
  EXPECT_TRUE(absl::IsDataLoss(Send(id, text_, 8)));
}

}  // namespace
}  // namespace traind
