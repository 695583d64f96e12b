// Watches over real gRPC on a loopback port, with a log that the test writes itself.
#include "server/rpc/watch_streams.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "server/storage/blob_store.h"
#include "server/storage/database.h"
#include "server/storage/dataset_store.h"
#include "traind/v1/training_service.grpc.pb.h"

namespace traind {
namespace {

class WatchOnly : public v1::TrainingService::CallbackService {
 public:
  explicit WatchOnly(WatchStreams& streams) : streams_(streams) {}
  grpc::ServerWriteReactor<v1::TrainingEvent>* WatchTrainingJob(grpc::CallbackServerContext*,
                                                                const v1::WatchTrainingJobRequest* request) override {
    return streams_.Open(request->name(), request->after_sequence());
  }

 private:
  WatchStreams& streams_;
};

constexpr int kMost = 5;

class WatchStreamsTest : public ::testing::Test {
 protected:
  WatchStreamsTest() {
    std::string name = (std::filesystem::temp_directory_path() / "watch-streams-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    database_ = *Database::Open(folder_ + "/test.db");
    blobs_ = *BlobStore::Open(PosixFileSystem(), folder_ + "/blobs");
    jobs_ = JobStore::Make(*database_);
    auto datasets = DatasetStore::Make(*database_, *blobs_);
    DatasetRecord dataset;
    dataset.id = "d";
    EXPECT_TRUE(datasets->Publish(dataset, {}).ok());
    JobRecord job;
    job.id = "j";
    job.dataset_id = "d";
    job.spec_json = "{}";
    EXPECT_TRUE(jobs_->Insert(job, 10).ok());
    claim_ = {"j", (*jobs_->Claim("test", absl::Now(), absl::InfiniteFuture()))->attempt};

    streams_ = std::make_unique<WatchStreams>(hub_, *jobs_, metrics_, ticker_, absl::Milliseconds(50), kMost);
    service_ = std::make_unique<WatchOnly>(*streams_);
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(service_.get());
    server_ = builder.BuildAndStart();
    stub_ = v1::TrainingService::NewStub(
        grpc::CreateChannel("127.0.0.1:" + std::to_string(port), grpc::InsecureChannelCredentials()));
  }
  ~WatchStreamsTest() override {
    server_->Shutdown(std::chrono::system_clock::now());
    server_.reset();
    streams_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::unique_ptr<grpc::ClientReader<v1::TrainingEvent>> Watch(grpc::ClientContext& context, int64_t after = 0) {
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    v1::WatchTrainingJobRequest request;
    request.set_name("j");
    request.set_after_sequence(after);
    return stub_->WatchTrainingJob(&context, request);
  }
  // Appends progress events and tells the watchers.
  void Append(int count) {
    absl::Notification written;
    jobs_->AppendAsync(claim_, std::vector<JobEvent>(count, {.time = absl::Now(), .kind = Progressed{}}),
                       [&](absl::Status status) {
                         EXPECT_TRUE(status.ok()) << status.ToString();
                         written.Notify();
                       });
    written.WaitForNotification();
    hub_.Publish("j");
  }
  void EndJob() {
    JobEnd end;
    end.state = JobState::kCancelled;
    EXPECT_TRUE(jobs_->Finish(claim_, end, absl::Now()).ok());
    hub_.Publish("j");
  }

  std::string folder_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<BlobStore> blobs_;
  std::unique_ptr<JobStore> jobs_;
  JobClaim claim_;
  EventHub hub_;
  prometheus::Registry registry_;
  Metrics metrics_{registry_, {"test", "test"}, {}};
  Ticker ticker_{absl::Milliseconds(10)};
  std::unique_ptr<WatchStreams> streams_;
  std::unique_ptr<WatchOnly> service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::TrainingService::Stub> stub_;
};

TEST_F(WatchStreamsTest, EventsThatComeWhileWatchingAreSentOnceAndInOrder) {
  grpc::ClientContext context;
  auto reader = Watch(context);
  std::thread writer([this] {
    for (int i = 0; i < 50; ++i) Append(1 + i % 7);
    EndJob();
  });
  int64_t expected = 1;
  for (v1::TrainingEvent event; reader->Read(&event);) {
    if (!event.has_heartbeat()) {
      EXPECT_EQ(event.sequence(), expected++);
    }
  }
  writer.join();
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(expected - 1, jobs_->Get("j")->last_sequence);
}

TEST_F(WatchStreamsTest, SilenceIsFilledWithHeartbeatsOfTheLastSequence) {
  grpc::ClientContext context;
  auto reader = Watch(context, 2);
  for (int i = 0; i < 3; ++i) {
    v1::TrainingEvent event;
    ASSERT_TRUE(reader->Read(&event));
    EXPECT_TRUE(event.has_heartbeat());
    EXPECT_EQ(event.sequence(), 2);
  }
  context.TryCancel();
}

TEST_F(WatchStreamsTest, AServerThatStopsSaysWhereToGoOn) {
  grpc::ClientContext context;
  auto reader = Watch(context);
  v1::TrainingEvent event;
  ASSERT_TRUE(reader->Read(&event));
  ASSERT_TRUE(reader->Read(&event));
  streams_->Stop();
  while (reader->Read(&event)) {
  }
  grpc::Status status = reader->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(status.error_message(), ::testing::HasSubstr("after_sequence 2"));
  // So does one that comes too late.
  grpc::ClientContext late;
  auto late_reader = Watch(late);
  EXPECT_FALSE(late_reader->Read(&event));
  EXPECT_EQ(late_reader->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(WatchStreamsTest, AClientThatNeverReadsHoldsNobodyUpAndCanBeStopped) {
  grpc::ClientContext deaf_context;
  auto deaf = Watch(deaf_context);
  for (int i = 0; i < 20; ++i) Append(5'000);  // far more than gRPC takes in for a client that does not read
  grpc::ClientContext context;
  auto reader = Watch(context, 100'000);
  v1::TrainingEvent event;
  ASSERT_TRUE(reader->Read(&event));
  EXPECT_EQ(event.sequence(), 100'001);
  context.TryCancel();
  const absl::Time begin = absl::Now();
  streams_->Stop();
  server_->Shutdown(std::chrono::system_clock::now() + std::chrono::milliseconds(100));
  EXPECT_LT(absl::Now() - begin, absl::Seconds(20));
}

TEST_F(WatchStreamsTest, OneTooManyIsRefusedUntilAnotherEnds) {
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::unique_ptr<grpc::ClientReader<v1::TrainingEvent>>> readers;
  v1::TrainingEvent event;
  for (int i = 0; i < kMost; ++i) {
    readers.push_back(Watch(*contexts.emplace_back(std::make_unique<grpc::ClientContext>())));
    ASSERT_TRUE(readers.back()->Read(&event));
  }
  grpc::ClientContext refused_context;
  auto refused = Watch(refused_context);
  EXPECT_FALSE(refused->Read(&event));
  const grpc::Status status = refused->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(status.error_message(), ::testing::HasSubstr("--max_watches"));
  EXPECT_TRUE(readers[0]->Read(&event)) << "the others go on";

  contexts[0]->TryCancel();
  grpc::Status last;
  for (int i = 0; i < 500; ++i) {
    grpc::ClientContext context;
    auto reader = Watch(context);
    if (reader->Read(&event)) {
      context.TryCancel();
      last = grpc::Status::OK;
      break;
    }
    last = reader->Finish();
    absl::SleepFor(absl::Milliseconds(10));
  }
  EXPECT_TRUE(last.ok()) << last.error_message();
  for (auto& context : contexts) context->TryCancel();
}

TEST_F(WatchStreamsTest, AJobThatIsDeletedUnderItsWatchersIsNotFound) {
  EndJob();
  ASSERT_TRUE(jobs_->Delete("j").ok());
  grpc::ClientContext context;
  auto reader = Watch(context);
  v1::TrainingEvent event;
  EXPECT_FALSE(reader->Read(&event));
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::NOT_FOUND);
}

}  // namespace
}  // namespace traind
