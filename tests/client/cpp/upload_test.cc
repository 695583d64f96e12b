#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/sha.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "absl/strings/escaping.h"
#include "absl/time/clock.h"
#include "client/cpp/client.h"
#include "tests/client/loopback_server.h"

namespace traind::client {
namespace {

using testing::HasSubstr;

std::string Sha256(const std::string& bytes) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return absl::BytesToHexString(digest);
}

class Datasets : public v1::DatasetService::Service {
 public:
  grpc::Status CreateDataset(grpc::ServerContext*, const v1::CreateDatasetRequest* request,
                             v1::Dataset* dataset) override {
    inline_request = *request;
    dataset->set_name("datasets/" + request->dataset_id());
    return grpc::Status::OK;
  }
  grpc::Status CreateUpload(grpc::ServerContext*, const v1::CreateUploadRequest* request, v1::Upload* upload) override {
    begin = *request;
    return Fill(upload);
  }
  grpc::Status WriteUpload(grpc::ServerContext* context, grpc::ServerReader<v1::WriteUploadRequest>* reader,
                           v1::Upload* upload) override {
    ++streams;
    v1::WriteUploadRequest message;
    bool first = true;
    while (reader->Read(&message)) {
      EXPECT_EQ(message.name(), first ? "uploads/u1" : "");
      EXPECT_TRUE(message.has_crc32c());
      first = false;
      EXPECT_EQ(message.offset(), static_cast<int64_t>(received.size()));
      received += message.data();
      chunk_sizes.push_back(message.data().size());
      if (refuse_after_first_chunk) return TwoFieldsAreInvalid();
      while (streams <= stalls && !context->IsCancelled()) absl::SleepFor(absl::Milliseconds(5));
      if (streams <= breaks) {
        received.resize(received.size() - lost);
        return {grpc::StatusCode::UNAVAILABLE, "the cable"};
      }
    }
    return Fill(upload);
  }
  grpc::Status GetUpload(grpc::ServerContext*, const v1::GetUploadRequest*, v1::Upload* upload) override {
    if (committed) return {grpc::StatusCode::NOT_FOUND, "it is a dataset"};
    return Fill(upload);
  }
  grpc::Status CommitUpload(grpc::ServerContext*, const v1::CommitUploadRequest* request,
                            v1::Dataset* dataset) override {
    commit = *request;
    committed = true;
    if (lose_answers-- > 0) return {grpc::StatusCode::UNAVAILABLE, "the cable"};
    dataset->set_name("datasets/" + begin.dataset_id());
    return grpc::Status::OK;
  }
  grpc::Status DeleteUpload(grpc::ServerContext*, const v1::DeleteUploadRequest* request,
                            google::protobuf::Empty*) override {
    deleted = request->name();
    return grpc::Status::OK;
  }

  v1::CreateDatasetRequest inline_request;
  v1::CreateUploadRequest begin;
  v1::CommitUploadRequest commit;
  std::string received;
  std::vector<size_t> chunk_sizes;
  std::string deleted;
  bool refuse_after_first_chunk = false;
  bool committed = false;
  int streams = 0;
  int breaks = 0;        // so many streams break after a chunk
  int stalls = 0;        // so many streams get no further than their first chunk
  size_t lost = 0;       // bytes that a broken stream loses
  int lose_answers = 0;  // of commits

 private:
  grpc::Status Fill(v1::Upload* upload) const {
    upload->set_name("uploads/u1");
    upload->set_size_bytes(begin.size_bytes());
    upload->set_committed_bytes(static_cast<int64_t>(received.size()));
    return grpc::Status::OK;
  }
};

// Bytes that differ from one place to the next.
std::string SomeBytes(size_t size) {
  std::string bytes(size, '\0');
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>('a' + (i * 31 + i / 4096) % 26);
  return bytes;
}

class UploadTest : public testing::Test {
 protected:
  UploadTest() {
    request_.set_dataset_id("digits");
    request_.mutable_format()->mutable_csv()->set_label_column("label");
    request_.set_request_id("once");
    options_.first_backoff = absl::Milliseconds(1);
    options_.give_up_after = absl::Seconds(5);
  }
  ~UploadTest() override { std::filesystem::remove(path_); }

  // Uploads `bytes` in pieces of 300,000 from a source while declaring `size_bytes`.
  absl::StatusOr<v1::Dataset> Upload(const std::string& bytes, int64_t size_bytes) {
    request_.set_size_bytes(size_bytes);
    return client_.UploadDataset(
        request_,
        [&](int64_t offset, absl::Span<char> span) -> absl::StatusOr<size_t> {
          const size_t at = std::min(static_cast<size_t>(offset), bytes.size());
          return bytes.copy(span.data(), std::min(span.size(), size_t{300'000}), at);
        },
        options_);
  }

  std::string WriteFile(const std::string& bytes) {
    std::ofstream(path_, std::ios::binary) << bytes;
    return path_;
  }

  std::string path_ = testing::TempDir() + "/upload_test_" + std::to_string(getpid());
  Datasets datasets_;
  LoopbackServer server_{&datasets_};
  Client client_ = Client::Connect(server_.address());
  v1::CreateUploadRequest request_;
  UploadOptions options_;
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
  EXPECT_EQ(datasets_.commit.name(), "uploads/u1");
}

TEST_F(UploadTest, GoesOnAfterStreamsThatBroke) {
  datasets_.breaks = 3;
  datasets_.lost = 1000;
  const std::string bytes = SomeBytes(4 << 20);
  ASSERT_TRUE(Upload(bytes, bytes.size()).ok());
  EXPECT_EQ(datasets_.streams, 4);
  EXPECT_TRUE(datasets_.received == bytes);
  EXPECT_EQ(datasets_.commit.sha256(), Sha256(bytes));
}

TEST_F(UploadTest, GoesOnWithWhatAnEarlierRunSent) {
  const std::string bytes = SomeBytes(4 << 20);
  datasets_.received = bytes.substr(0, 1'234'567);
  ASSERT_TRUE(Upload(bytes, bytes.size()).ok());
  EXPECT_TRUE(datasets_.received == bytes);
  EXPECT_EQ(datasets_.commit.sha256(), Sha256(bytes));
}

TEST_F(UploadTest, CommitsOnceMoreIfTheAnswerIsLost) {
  datasets_.lose_answers = 2;
  const std::string bytes = SomeBytes(2 << 20);
  ASSERT_TRUE(Upload(bytes, bytes.size()).ok());
  EXPECT_EQ(datasets_.streams, 1);
}

TEST_F(UploadTest, GivesUpWithoutProgress) {
  datasets_.breaks = 1'000'000;
  datasets_.lost = 1 << 20;
  options_.give_up_after = absl::Milliseconds(300);
  const std::string bytes = SomeBytes(2 << 20);
  const absl::Status status = Upload(bytes, bytes.size()).status();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("the cable; gave up after 300ms"));
}

// As on a line that is slower than a stream's deadline takes for granted.
TEST_F(UploadTest, GoesOnWhenAStreamRanOutOfTimeButBytesCameThrough) {
  datasets_.stalls = 1;
  client_ = Client::Connect(server_.address(), {.timeout = absl::Milliseconds(600)});
  options_.give_up_after = absl::Milliseconds(300);
  const std::string bytes = SomeBytes(100'000);
  const auto dataset = Upload(bytes, bytes.size());
  ASSERT_TRUE(dataset.ok()) << dataset.status();
  EXPECT_TRUE(datasets_.received == bytes);
  EXPECT_EQ(datasets_.commit.sha256(), Sha256(bytes));
}

TEST_F(UploadTest, StopsWhenItIsTold) {
  std::stop_source stop;
  options_.stop = stop.get_token();
  options_.on_progress = [&](int64_t sent, int64_t) {
    if (sent > 0) stop.request_stop();
  };
  const std::string bytes = SomeBytes(40 << 20);
  EXPECT_TRUE(absl::IsCancelled(Upload(bytes, bytes.size()).status()));
  EXPECT_FALSE(datasets_.committed);
  EXPECT_EQ(datasets_.deleted, "") << "the next run goes on";
}

TEST_F(UploadTest, ReturnsTheServersErrorWhenItEndsTheStream) {
  datasets_.refuse_after_first_chunk = true;
  std::string bytes = SomeBytes(40 << 20);
  absl::Status status = Upload(bytes, bytes.size()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("\n  spec.epochs: is -1"));
  EXPECT_EQ(datasets_.deleted, "uploads/u1");
}

TEST_F(UploadTest, CommitsNothingWhenTheSourceIsShorterThanDeclared) {
  std::string bytes = SomeBytes(2 << 20);
  absl::Status status = Upload(bytes, bytes.size() + 1).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("2097153 bytes were declared and the source gave only 2097152"));
  server_.Stop();
  EXPECT_FALSE(datasets_.committed);
}

TEST_F(UploadTest, CommitsNothingWhenTheSourceIsLongerThanDeclared) {
  std::string bytes = SomeBytes(2 << 20);
  EXPECT_EQ(Upload(bytes, bytes.size() - 1).status().code(), absl::StatusCode::kInvalidArgument);
  server_.Stop();
  EXPECT_FALSE(datasets_.committed);
}

TEST_F(UploadTest, ReturnsTheErrorOfTheSource) {
  request_.set_size_bytes(10);
  const auto failing = [](int64_t, absl::Span<char>) -> absl::StatusOr<size_t> { return absl::DataLossError("disk"); };
  EXPECT_EQ(client_.UploadDataset(request_, failing, options_).status(), absl::DataLossError("disk"));
  server_.Stop();
  EXPECT_FALSE(datasets_.committed);
}

TEST_F(UploadTest, SendsASmallFileInline) {
  std::string bytes = SomeBytes(1 << 20);
  ASSERT_TRUE(client_.CreateDatasetFromFile(request_, WriteFile(bytes)).ok());
  EXPECT_TRUE(datasets_.inline_request.data() == bytes);
  EXPECT_EQ(datasets_.inline_request.dataset_id(), "digits");
  EXPECT_EQ(datasets_.inline_request.format().csv().label_column(), "label");
  EXPECT_EQ(datasets_.inline_request.request_id(), "once");
  EXPECT_TRUE(datasets_.received.empty());
}

TEST_F(UploadTest, SendsNothingInlineOfASourceOfAnotherSize) {
  const auto source = [](int64_t offset, absl::Span<char> span) -> absl::StatusOr<size_t> {
    return std::string("a,y\n1,0\n").copy(span.data(), span.size(), static_cast<size_t>(std::min<int64_t>(offset, 8)));
  };
  for (const int64_t size : {-1, 0, 7, 9}) {
    request_.set_size_bytes(size);
    const absl::Status status = client_.CreateDatasetFrom(request_, source).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << size << ": " << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("size_bytes"));
  }
  EXPECT_EQ(datasets_.inline_request.dataset_id(), "") << "nothing was sent";
  request_.set_size_bytes(8);
  EXPECT_TRUE(client_.CreateDatasetFrom(request_, source).ok());
}

TEST_F(UploadTest, StreamsALargerFile) {
  std::string bytes = SomeBytes((1 << 20) + 1);
  ASSERT_TRUE(client_.CreateDatasetFromFile(request_, WriteFile(bytes)).ok());
  EXPECT_TRUE(datasets_.received == bytes);
  EXPECT_EQ(datasets_.begin.size_bytes(), (1 << 20) + 1);
  EXPECT_EQ(datasets_.commit.sha256(), Sha256(bytes));
}

TEST_F(UploadTest, SaysWhyAFileCannotBeRead) {
  absl::Status missing = client_.CreateDatasetFromFile(request_, "/nowhere/digits.csv").status();
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(missing.message()), HasSubstr("/nowhere/digits.csv"));
  EXPECT_THAT(std::string(client_.CreateDatasetFromFile(request_, testing::TempDir()).status().message()),
              HasSubstr("directory"));
  EXPECT_THAT(std::string(client_.CreateDatasetFromFile(request_, WriteFile("")).status().message()),
              HasSubstr("empty"));
}

}  // namespace
}  // namespace traind::client
