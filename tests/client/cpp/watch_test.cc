#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "absl/time/clock.h"
#include "client/cpp/client.h"
#include "tests/client/loopback_server.h"

namespace traind::client {
namespace {

using Writer = grpc::ServerWriter<v1::TrainingEvent>;

v1::TrainingEvent Event(int64_t sequence) {
  v1::TrainingEvent event;
  event.set_sequence(sequence);
  event.mutable_epoch_ended()->set_epoch(static_cast<int32_t>(sequence));
  return event;
}

v1::TrainingEvent Heartbeat(int64_t sequence) {
  v1::TrainingEvent event;
  event.set_sequence(sequence);
  event.mutable_heartbeat();
  return event;
}

grpc::Status Broken() { return {grpc::StatusCode::UNAVAILABLE, "going away"}; }

// Answers the watches in turn as the test scripted them.
class Jobs : public v1::TrainingService::Service {
 public:
  using Answer = std::function<grpc::Status(grpc::ServerContext*, Writer*)>;

  grpc::Status WatchTrainingJob(grpc::ServerContext* context, const v1::WatchTrainingJobRequest* request,
                                Writer* writer) override {
    Answer answer;
    {
      std::lock_guard lock(mutex_);
      asked_after_.push_back(request->after_sequence());
      if (answers_.empty()) return Broken();
      answer = answers_.front();
      answers_.pop_front();
    }
    return answer(context, writer);
  }

  void Then(Answer answer) { answers_.push_back(std::move(answer)); }
  std::vector<int64_t> asked_after() {
    std::lock_guard lock(mutex_);
    return asked_after_;
  }

 private:
  std::mutex mutex_;
  std::deque<Answer> answers_;
  std::vector<int64_t> asked_after_;
};

Jobs::Answer Send(std::vector<v1::TrainingEvent> events, grpc::Status status) {
  return [=](grpc::ServerContext*, Writer* writer) {
    for (const v1::TrainingEvent& event : events) writer->Write(event);
    return status;
  };
}

// Says nothing until the client goes away.
grpc::Status StaySilent(grpc::ServerContext* context, Writer*) {
  while (!context->IsCancelled()) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  return grpc::Status::CANCELLED;
}

class WatchTest : public testing::Test {
 protected:
  absl::Status Watch(int64_t after = 0, WatchOptions options = {}) {
    options.first_backoff = absl::Milliseconds(1);
    options.last_backoff = absl::Milliseconds(20);
    return client_.WatchTrainingJob(
        "trainingJobs/x", after, [this](const v1::TrainingEvent& event) { seen_.push_back(event.sequence()); },
        options);
  }

  Jobs jobs_;
  std::unique_ptr<LoopbackServer> server_ =
      std::make_unique<LoopbackServer>(std::initializer_list<grpc::Service*>{&jobs_});
  Client client_ = Client::Connect(server_->address());
  std::vector<int64_t> seen_;
};

TEST_F(WatchTest, PassesOnEveryEventButHeartbeats) {
  jobs_.Then(Send({Event(1), Heartbeat(1), Event(2), Event(3)}, grpc::Status::OK));
  ASSERT_TRUE(Watch().ok());
  EXPECT_THAT(seen_, testing::ElementsAre(1, 2, 3));
}

TEST_F(WatchTest, ResumesAfterTheLastEventSeen) {
  jobs_.Then(Send({Event(5), Event(6)}, Broken()));
  jobs_.Then(Send({Heartbeat(6)}, Broken()));
  jobs_.Then(Send({Event(7)}, Broken()));
  jobs_.Then(Send({Event(8)}, grpc::Status::OK));
  ASSERT_TRUE(Watch(4).ok());
  EXPECT_THAT(seen_, testing::ElementsAre(5, 6, 7, 8));
  EXPECT_THAT(jobs_.asked_after(), testing::ElementsAre(4, 6, 6, 7));
}

TEST_F(WatchTest, DropsEventsThatTheServerRepeats) {
  jobs_.Then(Send({Event(1), Event(2)}, Broken()));
  jobs_.Then(Send({Event(1), Event(2), Event(3)}, grpc::Status::OK));
  ASSERT_TRUE(Watch().ok());
  EXPECT_THAT(seen_, testing::ElementsAre(1, 2, 3));
}

TEST_F(WatchTest, AGapIsDataLoss) {
  jobs_.Then(Send({Event(1), Event(3)}, grpc::Status::OK));
  EXPECT_EQ(Watch().code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(seen_, testing::ElementsAre(1));
}

TEST_F(WatchTest, SurvivesARestartOfTheServer) {
  int port = server_->port();
  std::atomic<bool> restarting = false;
  jobs_.Then([&](grpc::ServerContext* context, Writer* writer) {
    writer->Write(Event(1));
    restarting = true;
    return StaySilent(context, writer);
  });
  jobs_.Then(Send({Event(2)}, grpc::Status::OK));
  std::jthread restart([&] {
    while (!restarting) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    server_.reset();
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    server_ = std::make_unique<LoopbackServer>(std::initializer_list<grpc::Service*>{&jobs_}, port);
  });
  absl::Status status = Watch();
  restart.join();
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_THAT(seen_, testing::ElementsAre(1, 2));
}

TEST_F(WatchTest, GivesUpOnAServerThatStaysAway) {
  absl::Time start = absl::Now();
  absl::Status status = Watch(0, {.give_up_after = absl::Milliseconds(200)});
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("gave up after 200ms"));
  EXPECT_GT(jobs_.asked_after().size(), 2);
  EXPECT_LT(absl::Now() - start, absl::Seconds(10));
}

TEST_F(WatchTest, ReconnectsWhenTheStreamFallsSilent) {
  jobs_.Then(StaySilent);
  jobs_.Then(Send({Event(1)}, grpc::Status::OK));
  ASSERT_TRUE(Watch(0, {.silence = absl::Milliseconds(200)}).ok());
  EXPECT_THAT(seen_, testing::ElementsAre(1));
}

TEST_F(WatchTest, DoesNotRepeatWhatCannotSucceed) {
  jobs_.Then(Send({}, {grpc::StatusCode::NOT_FOUND, "no such job"}));
  EXPECT_EQ(Watch().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(jobs_.asked_after().size(), 1);
}

TEST_F(WatchTest, StopsWhenAsked) {
  std::stop_source source;
  jobs_.Then([&](grpc::ServerContext* context, Writer* writer) {
    writer->Write(Event(1));
    source.request_stop();
    return StaySilent(context, writer);
  });
  EXPECT_EQ(Watch(0, {.stop = source.get_token()}).code(), absl::StatusCode::kCancelled);
}

TEST_F(WatchTest, StopsWhileItWaitsToReconnect) {
  std::stop_source source;
  std::jthread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    source.request_stop();
  });
  EXPECT_EQ(Watch(0, {.stop = source.get_token()}).code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace traind::client
