#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <chrono>
#include <thread>

#include "client/cpp/client.h"
#include "client/cpp/status.h"
#include "tests/client/loopback_server.h"

namespace traind::client {
namespace {

class Datasets : public v1::DatasetService::Service {
 public:
  grpc::Status GetDataset(grpc::ServerContext* context, const v1::GetDatasetRequest* request,
                          v1::Dataset* dataset) override {
    deadline = context->deadline();
    dataset->set_name(request->name());
    return grpc::Status::OK;
  }

  // Seven datasets, three a page.
  grpc::Status ListDatasets(grpc::ServerContext*, const v1::ListDatasetsRequest* request,
                            v1::ListDatasetsResponse* response) override {
    ++pages;
    int first = request->page_token().empty() ? 0 : std::stoi(request->page_token());
    for (int i = first; i < std::min(first + 3, 7); ++i) response->add_datasets()->set_name(std::to_string(i));
    if (first + 3 < 7) response->set_next_page_token(std::to_string(first + 3));
    return grpc::Status::OK;
  }

  std::chrono::system_clock::time_point deadline;
  int pages = 0;
};

class Jobs : public v1::TrainingService::Service {
 public:
  grpc::Status CreateTrainingJob(grpc::ServerContext*, const v1::CreateTrainingJobRequest*, v1::TrainingJob*) override {
    return TwoFieldsAreInvalid();
  }

  grpc::Status CancelTrainingJob(grpc::ServerContext* context, const v1::CancelTrainingJobRequest*,
                                 v1::TrainingJob*) override {
    while (!context->IsCancelled()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return grpc::Status::CANCELLED;
  }

  // Names itself as the next page.
  grpc::Status ListTrainingJobs(grpc::ServerContext*, const v1::ListTrainingJobsRequest*,
                                v1::ListTrainingJobsResponse* response) override {
    response->add_training_jobs();
    response->set_next_page_token("again");
    return grpc::Status::OK;
  }
};

class CallsTest : public testing::Test {
 protected:
  Datasets datasets_;
  Jobs jobs_;
  LoopbackServer server_{&datasets_, &jobs_};
  Client client_ = Client::Connect(server_.address());
};

TEST_F(CallsTest, ReturnsTheResource) {
  absl::StatusOr<v1::Dataset> dataset = client_.GetDataset("datasets/digits");
  ASSERT_TRUE(dataset.ok()) << dataset.status();
  EXPECT_EQ(dataset->name(), "datasets/digits");
}

// Nor is it shown what is sent there, such as a token.
TEST_F(CallsTest, AsksNoProxyForThisMachine) {
  unsetenv("no_proxy");
  unsetenv("no_grpc_proxy");
  for (const char* variable : {"grpc_proxy", "https_proxy", "http_proxy"}) {
    setenv(variable, "http://127.0.0.1:1", 1);
    const Client client = Client::Connect(server_.address(), {.timeout = absl::Seconds(5)});
    EXPECT_TRUE(client.GetDataset("datasets/digits").ok()) << variable;
    unsetenv(variable);
  }
}

TEST_F(CallsTest, HasADeadlineOfThirtySecondsUnlessToldOtherwise) {
  ASSERT_TRUE(client_.GetDataset("datasets/digits").ok());
  auto left = datasets_.deadline - std::chrono::system_clock::now();
  EXPECT_GT(left, std::chrono::seconds(25));
  EXPECT_LE(left, std::chrono::seconds(31));
}

TEST_F(CallsTest, EndsACallThatTakesTooLong) {
  Client hasty = Client::Connect(server_.address(), {.timeout = absl::Milliseconds(100)});
  EXPECT_EQ(hasty.CancelTrainingJob("trainingJobs/x").status().code(), absl::StatusCode::kDeadlineExceeded);
}

TEST_F(CallsTest, ErrorsCarryTheirDetailsOverTheWire) {
  absl::Status status = client_.CreateTrainingJob({}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(DetailsOf(status).field_violations.size(), 2);
  EXPECT_EQ(DetailsOf(status).reason, "INVALID_FIELDS");
}

TEST_F(CallsTest, AServerThatIsNotThereIsUnavailable) {
  Client nobody = Client::Connect("127.0.0.1:1");
  EXPECT_EQ(nobody.GetDataset("datasets/digits").status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(CallsTest, AMethodThatTheServerDoesNotHaveIsUnimplemented) {
  EXPECT_EQ(client_.GetModel("models/x").status().code(), absl::StatusCode::kUnimplemented);
}

TEST_F(CallsTest, VisitsEveryPage) {
  std::vector<std::string> names;
  absl::Status status = client_.ForEachDataset([&](const v1::Dataset& dataset) {
    names.push_back(dataset.name());
    return true;
  });
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_THAT(names, testing::ElementsAre("0", "1", "2", "3", "4", "5", "6"));
  EXPECT_EQ(datasets_.pages, 3);
}

TEST_F(CallsTest, FetchesNoPageThatIsNotWanted) {
  int seen = 0;
  absl::Status status = client_.ForEachDataset([&](const v1::Dataset&) { return ++seen < 3; });
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(seen, 3);
  EXPECT_EQ(datasets_.pages, 1);
}

TEST_F(CallsTest, AListThatNeverEndsIsAnError) {
  absl::Status status = client_.ForEachTrainingJob([](const v1::TrainingJob&) { return true; });
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace traind::client
