// Too many connections, and such as bring rubbish.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/abuse/abused_server.h"
#include "tests/abuse/raw_connections.h"

namespace traind::abuse {
namespace {

class Connections : public AbusedServer {};

// Connections of the test itself are descriptors too.
void RaiseOwnLimit() {
  rlimit limit;
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  limit.rlim_cur = limit.rlim_max;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

TEST_F(Connections, FiveHundredThatSayNothing) {
  RaiseOwnLimit();
  Endure("500 idle connections", 64, [&] {
    RawConnections idle(server().grpc_address());
    EXPECT_EQ(idle.Open(500), 500);
    absl::SleepFor(absl::Seconds(Scaled(100) / 5));
    // The next client comes as if there were none.
    ServiceStubs stubs(server().Connect());
    EXPECT_EQ(stubs.GetJob("trainingJobs/first").state(), v1::TrainingJob::SUCCEEDED);
  });
  ExpectWell();
}

// The answer to a client that comes only now.
grpc::Status AskAnew(const TraindProcess& server) {
  ServiceStubs stubs(server.Connect());
  v1::GetDatasetRequest get;
  get.set_name("datasets/digits");
  v1::Dataset dataset;
  return stubs.datasets().GetDataset(stubs.NewContext(), get, &dataset);
}

// Sets the limit of open files under the server.
void LimitFiles(pid_t server, rlim_t files) {
  const rlimit limit = {.rlim_cur = files, .rlim_max = files};
  ASSERT_EQ(prlimit(server, RLIMIT_NOFILE, &limit, nullptr), 0);
}

// 512 files are kept for other ends, so that as many connections are let in. Who has one is served; who comes when all
// places are taken is told so, and served once there are some.
TEST_F(Connections, MoreThanTheFileLimitLetsIn) {
  RaiseOwnLimit();
  LimitFiles(server().pid(), 1'024);
  Endure("flood past the file limit", 64, [&] {
    RawConnections flood(server().grpc_address());
    EXPECT_EQ(flood.Open(2'000), 2'000);
    for (int i = 0; i < 100 && flood.Closed() < 1'400; ++i) absl::SleepFor(absl::Milliseconds(50));
    EXPECT_GE(flood.Closed(), 1'400);
    EXPECT_EQ(AskAnew(server()).error_code(), grpc::StatusCode::UNAVAILABLE);
    absl::SleepFor(absl::Seconds(Scaled(100) / 10));
  });
  ExpectWell();
}

TEST_F(Connections, TheMetricsPortToo) {
  RaiseOwnLimit();
  Endure("500 idle at the metrics port", 64, [&] {
    RawConnections idle(server().metrics_address());
    EXPECT_EQ(idle.Open(Scaled(500)), Scaled(500));
    absl::SleepFor(absl::Milliseconds(200));
    EXPECT_GE(idle.SendToAll("G"), Scaled(500) / 2);  // what the system has let through by then
    absl::SleepFor(absl::Seconds(1));
  });
  ExpectWell();
}

TEST_F(Connections, RandomBytes) {
  std::mt19937_64 random(7);
  const std::string preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  Endure("random bytes", 64, [&] {
    for (int i = 0; i < Scaled(2'000); ++i) {
      RawConnections one(random() % 4 == 0 ? server().metrics_address() : server().grpc_address());
      ASSERT_EQ(one.Open(1), 1);
      // The half get past the preface, some of them with frames of a true type and length.
      if (random() % 2 == 0) one.Send(preface);
      std::string bytes(random() % 4'000, '\0');
      for (char& byte : bytes) byte = static_cast<char>(random());
      if (bytes.size() > 9 && random() % 2 == 0) {
        bytes[0] = bytes[1] = 0;
        bytes[3] = static_cast<char>(random() % 10);
      }
      one.Send(bytes);
    }
  });
  ExpectWell();
}

// Where even the files that are kept for other ends are gone, accept() fails until some come back.
TEST_F(Connections, NoDescriptorIsLeft) {
  RaiseOwnLimit();
  LimitFiles(server().pid(), static_cast<rlim_t>(Descriptors()) + 4);
  {
    RawConnections flood(server().grpc_address());
    flood.Open(100);
    absl::SleepFor(absl::Seconds(1));
  }
  ServiceStubs stubs(server().Connect());
  v1::GetTrainingJobRequest get;
  get.set_name("trainingJobs/first");
  v1::TrainingJob job;
  grpc::ClientContext* context = stubs.NewContext();
  context->set_wait_for_ready(true);
  EXPECT_TRUE(ServiceStubs::Ok(stubs.training().GetTrainingJob(context, get, &job)));
}

class FewConnections : public AbusedServer {
 protected:
  FewConnections() : AbusedServer({"--max_connections=50"}) {}
};

TEST_F(FewConnections, MoreAreRefusedAtOnce) {
  Endure("more than --max_connections", 64, [&] {
    RawConnections flood(server().grpc_address());
    EXPECT_EQ(flood.Open(300), 300);
    for (int i = 0; i < 100 && flood.Closed() < 240; ++i) absl::SleepFor(absl::Milliseconds(50));
    EXPECT_GE(flood.Closed(), 240);
    EXPECT_EQ(AskAnew(server()).error_code(), grpc::StatusCode::UNAVAILABLE);
  });
  ExpectWell();
}

}  // namespace
}  // namespace traind::abuse
