#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/sha.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "absl/strings/escaping.h"
#include "client/cpp/client.h"
#include "tests/client/loopback_server.h"

namespace traind::client {
namespace {

using testing::HasSubstr;

class Datasets : public v1::DatasetService::Service {
 public:
  grpc::Status CreateDataset(grpc::ServerContext*, const v1::CreateDatasetRequest* request,
                             v1::Dataset* dataset) override {
    inline_request = *request;
    dataset->set_name("datasets/" + request->dataset_id());
    return grpc::Status::OK;
  }

  grpc::Status UploadDataset(grpc::ServerContext*, grpc::ServerReader<v1::UploadDatasetRequest>* reader,
                             v1::Dataset* dataset) override {
    v1::UploadDatasetRequest message;
    while (reader->Read(&message)) {
      if (message.has_begin()) begin = message.begin();
      if (message.has_chunk()) {
        EXPECT_EQ(message.chunk().offset(), static_cast<int64_t>(received.size()));
        received += message.chunk().data();
        chunk_sizes.push_back(message.chunk().data().size());
        if (refuse_after_first_chunk) return TwoFieldsAreInvalid();
      }
      if (message.has_commit()) commit = message.commit();
    }
    dataset->set_name("datasets/" + begin.dataset_id());
    return commit.sha256().empty() ? grpc::Status(grpc::StatusCode::FAILED_PRECONDITION, "no commit")
                                   : grpc::Status::OK;
  }

  v1::CreateDatasetRequest inline_request;
  v1::UploadDatasetRequest::Begin begin;
  v1::UploadDatasetRequest::Commit commit;
  std::string received;
  std::vector<size_t> chunk_sizes;
  bool refuse_after_first_chunk = false;
};

std::string Sha256(const std::string& bytes) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return absl::BytesToHexString(digest);
}

// Bytes that differ from one place to the next.
std::string SomeBytes(size_t size) {
  std::string bytes(size, '\0');
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>('a' + (i * 31 + i / 4096) % 26);
  return bytes;
}

class UploadTest : public testing::Test {
 protected:
  UploadTest() {
    begin_.set_dataset_id("digits");
    begin_.mutable_format()->mutable_csv()->set_label_column("label");
    begin_.set_request_id("once");
  }
  ~UploadTest() override { std::filesystem::remove(path_); }

  // Uploads `bytes` in pieces of 300,000 from a source while declaring `size_bytes`.
  absl::StatusOr<v1::Dataset> Upload(const std::string& bytes, int64_t size_bytes) {
    begin_.set_size_bytes(size_bytes);
    size_t at = 0;
    return client_.UploadDataset(begin_, [&](absl::Span<char> span) -> absl::StatusOr<size_t> {
      size_t count = std::min({span.size(), bytes.size() - at, size_t{300'000}});
      std::memcpy(span.data(), bytes.data() + at, count);
      at += count;
      return count;
    });
  }

  std::string WriteFile(const std::string& bytes) {
    std::ofstream(path_, std::ios::binary) << bytes;
    return path_;
  }

  std::string path_ = testing::TempDir() + "/upload_test_" + std::to_string(getpid());
  Datasets datasets_;
  LoopbackServer server_{&datasets_};
  Client client_ = Client::Connect(server_.address());
  v1::UploadDatasetRequest::Begin begin_;
};

TEST_F(UploadTest, StreamsChunksOfOneMebibyteAndCommitsTheirSha256) {
  std::string bytes = SomeBytes((5 << 19) + 17);
  absl::StatusOr<v1::Dataset> dataset = Upload(bytes, bytes.size());
  ASSERT_TRUE(dataset.ok()) << dataset.status();
  EXPECT_EQ(dataset->name(), "datasets/digits");
  EXPECT_EQ(datasets_.begin.request_id(), "once");
  EXPECT_TRUE(datasets_.received == bytes);
  EXPECT_THAT(datasets_.chunk_sizes, testing::ElementsAre(1 << 20, 1 << 20, (1 << 19) + 17));
  EXPECT_EQ(datasets_.commit.sha256(), Sha256(bytes));
}

TEST_F(UploadTest, ReturnsTheServersErrorWhenItEndsTheStream) {
  datasets_.refuse_after_first_chunk = true;
  std::string bytes = SomeBytes(40 << 20);
  absl::Status status = Upload(bytes, bytes.size()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("\n  spec.epochs: is -1"));
}

TEST_F(UploadTest, CommitsNothingWhenTheSourceIsShorterThanDeclared) {
  std::string bytes = SomeBytes(2 << 20);
  absl::Status status = Upload(bytes, bytes.size() + 1).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("2097153 bytes were declared and the source gave only 2097152"));
  server_.Stop();
  EXPECT_TRUE(datasets_.commit.sha256().empty());
}

TEST_F(UploadTest, CommitsNothingWhenTheSourceIsLongerThanDeclared) {
  std::string bytes = SomeBytes(2 << 20);
  EXPECT_EQ(Upload(bytes, bytes.size() - 1).status().code(), absl::StatusCode::kInvalidArgument);
  server_.Stop();
  EXPECT_TRUE(datasets_.commit.sha256().empty());
}

TEST_F(UploadTest, ReturnsTheErrorOfTheSource) {
  begin_.set_size_bytes(10);
  absl::Status status =
      client_
          .UploadDataset(begin_, [](absl::Span<char>) -> absl::StatusOr<size_t> { return absl::DataLossError("disk"); })
          .status();
  EXPECT_EQ(status, absl::DataLossError("disk"));
  server_.Stop();
  EXPECT_TRUE(datasets_.commit.sha256().empty());
}

TEST_F(UploadTest, SendsASmallFileInline) {
  std::string bytes = SomeBytes(1 << 20);
  ASSERT_TRUE(client_.CreateDatasetFromFile(begin_, WriteFile(bytes)).ok());
  EXPECT_TRUE(datasets_.inline_request.data() == bytes);
  EXPECT_EQ(datasets_.inline_request.dataset_id(), "digits");
  EXPECT_EQ(datasets_.inline_request.format().csv().label_column(), "label");
  EXPECT_EQ(datasets_.inline_request.request_id(), "once");
  EXPECT_TRUE(datasets_.received.empty());
}

TEST_F(UploadTest, StreamsALargerFile) {
  std::string bytes = SomeBytes((1 << 20) + 1);
  ASSERT_TRUE(client_.CreateDatasetFromFile(begin_, WriteFile(bytes)).ok());
  EXPECT_TRUE(datasets_.received == bytes);
  EXPECT_EQ(datasets_.begin.size_bytes(), (1 << 20) + 1);
  EXPECT_EQ(datasets_.commit.sha256(), Sha256(bytes));
}

TEST_F(UploadTest, SaysWhyAFileCannotBeRead) {
  absl::Status missing = client_.CreateDatasetFromFile(begin_, "/nowhere/digits.csv").status();
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(missing.message()), HasSubstr("/nowhere/digits.csv"));
  EXPECT_THAT(std::string(client_.CreateDatasetFromFile(begin_, testing::TempDir()).status().message()),
              HasSubstr("directory"));
  EXPECT_THAT(std::string(client_.CreateDatasetFromFile(begin_, WriteFile("")).status().message()), HasSubstr("empty"));
}

}  // namespace
}  // namespace traind::client
