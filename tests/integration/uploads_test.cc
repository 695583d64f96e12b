// Uploads over real gRPC to a real server, and every death that they can go on after. Faults are in bad_inputs/.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/cpp/client.h"
#include "tests/integration/service_stubs.h"
#include "tests/integration/traind_process.h"

namespace traind {
namespace {

using ::testing::HasSubstr;

using Code = grpc::StatusCode;

constexpr char kCsv[] = "x,label\n1,0\n2,1\n";
constexpr char kCsvSha256[] = "c8dd8d3496a111c5b9d344145ae2f555544109419106bc5fc0447d225c4edae2";

class UploadsTest : public ::testing::Test {
 protected:
  void Start(std::vector<std::string> flags = {}) {
    traind_ = std::make_unique<TraindProcess>(folder_.path(), std::move(flags));
    stubs_ = std::make_unique<ServiceStubs>(traind_->Connect());
  }

  static v1::CreateUploadRequest Plan(int64_t size, const std::string& id = "streamed") {
    v1::CreateUploadRequest request;
    request.set_dataset_id(id);
    request.mutable_format()->mutable_csv()->set_label_column("label");
    request.set_size_bytes(size);
    return request;
  }
  grpc::Status Create(const v1::CreateUploadRequest& request, v1::Upload* upload) {
    return stubs_->datasets().CreateUpload(stubs_->NewContext(), request, upload);
  }
  std::string Begin(int64_t size, const std::string& id = "streamed") {
    v1::Upload upload;
    EXPECT_TRUE(ServiceStubs::Ok(Create(Plan(size, id), &upload)));
    return upload.name();
  }
  static v1::WriteUploadRequest Chunk(const std::string& name, int64_t offset, std::string data) {
    v1::WriteUploadRequest chunk;
    chunk.set_name(name);
    chunk.set_offset(offset);
    chunk.set_data(std::move(data));
    return chunk;
  }
  grpc::Status Write(const std::vector<v1::WriteUploadRequest>& chunks, v1::Upload* answer = nullptr) {
    v1::Upload ignored;
    auto writer = stubs_->datasets().WriteUpload(stubs_->NewContext(), answer != nullptr ? answer : &ignored);
    for (const v1::WriteUploadRequest& chunk : chunks) {
      if (!writer->Write(chunk)) break;
    }
    writer->WritesDone();
    return writer->Finish();
  }
  grpc::Status Commit(const std::string& name, const std::string& sha256, int64_t rows = 0,
                      v1::Dataset* dataset = nullptr) {
    v1::CommitUploadRequest request;
    request.set_name(name);
    request.set_sha256(sha256);
    request.set_row_count(rows);
    v1::Dataset ignored;
    return stubs_->datasets().CommitUpload(stubs_->NewContext(), request, dataset != nullptr ? dataset : &ignored);
  }
  grpc::Status Get(const std::string& name, v1::Upload* upload) {
    v1::GetUploadRequest request;
    request.set_name(name);
    return stubs_->datasets().GetUpload(stubs_->NewContext(), request, upload);
  }
  // -1 if there is none.
  int64_t Committed(const std::string& name) {
    v1::Upload upload;
    return Get(name, &upload).ok() ? upload.committed_bytes() : -1;
  }
  int64_t FilesUnder(const std::string& part) const {
    int64_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path() + "/" + part)) {
      files += entry.is_regular_file();
    }
    return files;
  }
  double Metric(const std::string& name) const {
    const std::string page = traind_->HttpGet("/metrics");
    const size_t at = page.find("\n" + name + " ");
    return at == std::string::npos ? -1 : std::stod(page.substr(at + name.size() + 2));
  }

  const std::string csv_ = kCsv;
  const int64_t size_ = static_cast<int64_t>(csv_.size());
  TemporaryFolder folder_;
  std::unique_ptr<TraindProcess> traind_;
  std::unique_ptr<ServiceStubs> stubs_;
};

TEST_F(UploadsTest, ACommitMayBeRepeated) {
  Start();
  const std::string name = Begin(size_);
  ASSERT_TRUE(ServiceStubs::Ok(Write({Chunk(name, 0, csv_.substr(0, 7))})));
  ASSERT_TRUE(ServiceStubs::Ok(Write({Chunk(name, 7, csv_.substr(7))})));
  EXPECT_EQ(FilesUnder("blobs"), 0);
  v1::Dataset dataset, again;
  ASSERT_TRUE(ServiceStubs::Ok(Commit(name, kCsvSha256, 2, &dataset)));
  EXPECT_EQ(dataset.row_count(), 2);
  EXPECT_EQ(Committed(name), -1);
  ASSERT_TRUE(ServiceStubs::Ok(Commit(name, kCsvSha256, 2, &again))) << "whose answer may have been lost";
  EXPECT_EQ(again.DebugString(), dataset.DebugString());
}

TEST_F(UploadsTest, StreamsAreLimitedAndRefusedOnesAreOver) {
  Start({"--max_upload_streams=2"});
  v1::Upload answers[2];
  std::vector<std::unique_ptr<grpc::ClientWriter<v1::WriteUploadRequest>>> open;
  for (int i = 0; i < 2; ++i) {
    open.push_back(stubs_->datasets().WriteUpload(stubs_->NewContext(), &answers[i]));
    ASSERT_TRUE(open[i]->Write(Chunk(Begin(size_, absl::StrCat("d", i)), 0, "x")));
  }
  usleep(200'000);
  const std::string name = Begin(size_, "third");
  const grpc::Status status = Write({Chunk(name, 0, csv_)});
  EXPECT_EQ(status.error_code(), Code::RESOURCE_EXHAUSTED);
  EXPECT_EQ(RefusalOf(status).info.reason(), "TOO_MANY_UPLOADS");
  EXPECT_GT(RefusalOf(status).retry.retry_delay().seconds(), 0);
  for (auto& writer : open) {
    writer->WritesDone();
    EXPECT_TRUE(ServiceStubs::Ok(writer->Finish()));
  }
  // A refused stream is over, though the client never ends it.
  for (int i = 0; i < 20; ++i) {
    v1::Upload answer;
    auto writer = stubs_->datasets().WriteUpload(stubs_->NewContext(), &answer);
    writer->Write(Chunk(name, 5, csv_));
    ASSERT_EQ(writer->Finish().error_code(), Code::ABORTED) << i;
  }
}

// What GetUpload called safe is there after kill -9, and what a stream had sent beyond it does no harm.
TEST_F(UploadsTest, GoesOnAfterTheServerWasKilled) {
  Start();
  const std::string name = Begin(size_);
  ASSERT_TRUE(ServiceStubs::Ok(Write({Chunk(name, 0, csv_.substr(0, 5))})));
  v1::Upload answer;
  auto writer = stubs_->datasets().WriteUpload(stubs_->NewContext(), &answer);
  ASSERT_TRUE(writer->Write(Chunk(name, 5, csv_.substr(5, 4))));
  usleep(200'000);
  traind_->Kill();
  EXPECT_EQ(writer->Finish().error_code(), Code::UNAVAILABLE);
  Start();
  const int64_t committed = Committed(name);
  ASSERT_EQ(committed, 5);
  ASSERT_TRUE(ServiceStubs::Ok(Write({Chunk(name, committed, csv_.substr(committed))})));
  v1::Dataset dataset;
  ASSERT_TRUE(ServiceStubs::Ok(Commit(name, kCsvSha256, 2, &dataset)));
  EXPECT_EQ(dataset.row_count(), 2);
}

TEST_F(UploadsTest, ExpiredUploadsAndOrphansAreSwept) {
  Start({"--upload_ttl=2s"});
  const std::string name = Begin(size_);
  ASSERT_TRUE(ServiceStubs::Ok(Write({Chunk(name, 0, csv_.substr(0, 5))})));
  EXPECT_EQ(FilesUnder("uploads"), 1);
  for (int i = 0; i < 1000 && FilesUnder("uploads") > 0; ++i) usleep(10'000);
  EXPECT_EQ(FilesUnder("uploads"), 0);
  EXPECT_EQ(Committed(name), -1);
  traind_->Terminate();
  const std::string orphan(64, 'a');
  std::filesystem::create_directories(folder_.path() + "/blobs/aa");
  for (const std::string& path :
       {"/blobs/aa/" + orphan, std::string("/blobs/incoming/7"), std::string("/uploads/u1")}) {
    FILE* file = fopen((folder_.path() + path).c_str(), "w");
    ASSERT_NE(file, nullptr);
    fclose(file);
  }
  Start();
  EXPECT_EQ(FilesUnder("blobs"), 0);
  EXPECT_EQ(FilesUnder("uploads"), 0);
}

// A source that differs from one place to the next.
char ByteAt(int64_t offset) { return static_cast<char>((offset * 2654435761u) >> 13 & 1); }

absl::StatusOr<size_t> Generate(int64_t size, int64_t offset, absl::Span<char> span) {
  const auto count = static_cast<size_t>(std::clamp<int64_t>(size - offset, 0, static_cast<int64_t>(span.size())));
  for (size_t i = 0; i < count; ++i) span[i] = ByteAt(offset + static_cast<int64_t>(i));
  return count;
}

v1::CreateUploadRequest Bytes(const std::string& id, int64_t rows) {
  v1::CreateUploadRequest request;
  request.set_dataset_id(id);
  v1::Tensors& tensors = *request.mutable_format()->mutable_tensors();
  tensors.set_row_count(rows);
  tensors.set_feature_count(1023);
  tensors.set_class_count(2);
  tensors.set_feature_type(v1::Dataset::UINT8);
  tensors.set_label_type(v1::Dataset::UINT8);
  request.set_size_bytes(rows * 1024);
  return request;
}

// The server is killed again and again while the client sends; in the end the dataset is what one that was sent in
// peace is.
TEST_F(UploadsTest, TheClientGoesOnOverServersThatAreKilled) {
  Start();
  const std::string port = traind_->grpc_address();
  const auto request = Bytes("hunted", 60'000);
  std::atomic<int64_t> sent = 0;
  absl::StatusOr<v1::Dataset> dataset = absl::UnknownError("");
  std::thread client([&] {
    dataset =
        client::Client::Connect(port).UploadDataset(request,
                                                    [&](int64_t offset, absl::Span<char> span) {
                                                      usleep(5'000);
                                                      return Generate(request.size_bytes(), offset, span);
                                                    },
                                                    {.on_progress = [&](int64_t bytes, int64_t) { sent = bytes; }});
  });
  for (int i = 1; i <= 3; ++i) {
    for (int wait = 0; wait < 2000 && sent < i * request.size_bytes() / 5; ++wait) usleep(10'000);
    traind_->Kill();
    Start({absl::StrCat("--grpc_address=", port)});
  }
  client.join();
  ASSERT_TRUE(dataset.ok()) << dataset.status();
  const auto peaceful = client::Client::Connect(port).UploadDataset(
      Bytes("peaceful", 60'000),
      [&](int64_t offset, absl::Span<char> span) { return Generate(request.size_bytes(), offset, span); });
  ASSERT_TRUE(peaceful.ok()) << peaceful.status();
  EXPECT_EQ(dataset->sha256(), peaceful->sha256());
  EXPECT_EQ(FilesUnder("blobs"), 1) << "the same bytes are stored once";
  EXPECT_EQ(FilesUnder("uploads"), 0);
  EXPECT_EQ(Metric("traind_duplicate_blobs_total"), 1);
  EXPECT_EQ(Metric("traind_dataset_stored_bytes"), static_cast<double>(request.size_bytes()));
}

// The same with trainctl, which dies: the same command goes on.
TEST_F(UploadsTest, TheSameCommandGoesOnAfterTheClientWasKilled) {
  Start();
  const std::string path = folder_.path() + "/large.csv";
  {
    FILE* file = fopen(path.c_str(), "w");
    fputs("x,label\n", file);
    for (int i = 0; i < 3'000'000; ++i) fprintf(file, "%d,%d\n", i, i % 2);
    fclose(file);
  }
  const std::string program = TRAIND_BINARY_DIR "/trainctl";
  const std::vector<std::string> arguments = {
      "dataset", "create", "large", "--csv", path, "--label", "label", "--server", traind_->grpc_address()};
  const pid_t child = fork();
  if (child == 0) {
    std::vector<char*> argv = {const_cast<char*>(program.c_str())};
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    execv(program.c_str(), argv.data());
    _exit(127);
  }
  for (int wait = 0; wait < 2000 && FilesUnder("uploads") == 0; ++wait) usleep(1'000);
  usleep(5'000);
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status)) << "it was done before it could be killed";
  const CommandResult result = RunCommand(program, arguments);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("3000000"));
  EXPECT_EQ(FilesUnder("uploads"), 0) << "it was one upload, not two";
  EXPECT_EQ(RunCommand(program, arguments).exit_code, 0) << "the same command again finds what it made";
}

}  // namespace
}  // namespace traind
