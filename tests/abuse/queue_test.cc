// A queue as long as it may be.
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/abuse/abused_server.h"

namespace traind::abuse {
namespace {

class LongQueue : public AbusedServer {
 protected:
  LongQueue() : AbusedServer({"--cores=1", absl::StrCat("--max_queued_jobs=", Length())}) {}
  static int Length() { return Scaled(10'000); }
  // A job that ends long after the test.
  static v1::CreateTrainingJobRequest LongJob(ServiceStubs& stubs, const std::string& id) {
    v1::CreateTrainingJobRequest request = stubs.DigitsJob(id);
    request.mutable_training_job()->mutable_spec()->set_epochs(100'000);
    return request;
  }
  void Cancel(const std::string& name) {
    ServiceStubs stubs(server().Connect());
    v1::CancelTrainingJobRequest cancel;
    cancel.set_name(name);
    v1::TrainingJob job;
    EXPECT_TRUE(ServiceStubs::Ok(stubs.training().CancelTrainingJob(stubs.NewContext(), cancel, &job)));
  }
};

TEST_F(LongQueue, IsFilledAndTellsWhenItIsFull) {
  {
    ServiceStubs stubs(server().Connect());
    v1::TrainingJob job;
    ASSERT_TRUE(ServiceStubs::Ok(stubs.training().CreateTrainingJob(stubs.NewContext(), LongJob(stubs, "long"), &job)));
    stubs.ReadUntilEpoch("trainingJobs/long", 1);
  }
  Endure(absl::StrCat(Length(), " queued jobs"), 128, [&] {
    std::atomic<int> next = 0;
    std::vector<std::thread> clients;
    for (int client = 0; client < 4; ++client) {
      clients.emplace_back([&] {
        ServiceStubs stubs(server().Connect());
        v1::TrainingJob job;
        for (int i = next++; i < Length(); i = next++) {
          const grpc::Status status =
              stubs.training().CreateTrainingJob(stubs.NewContext(), LongJob(stubs, absl::StrCat("queued-", i)), &job);
          ASSERT_TRUE(ServiceStubs::Ok(status));
        }
      });
    }
    for (std::thread& client : clients) client.join();
    ServiceStubs stubs(server().Connect());
    v1::TrainingJob job;
    const grpc::Status refused =
        stubs.training().CreateTrainingJob(stubs.NewContext(), LongJob(stubs, "too-many"), &job);
    EXPECT_EQ(refused.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
    const Refusal refusal = RefusalOf(refused);
    EXPECT_EQ(refusal.info.reason(), "QUEUE_FULL");
    EXPECT_GT(refusal.retry.retry_delay().seconds(), 0);
  });
  for (int i = 0; i < Length(); ++i) Cancel(absl::StrCat("trainingJobs/queued-", i));
  Cancel("trainingJobs/long");
  ExpectWell();
}

}  // namespace
}  // namespace traind::abuse
