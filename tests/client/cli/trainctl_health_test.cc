// `trainctl health` before servers that are well, are stopping, know no health service, are deaf, and are not there.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "grpc/health/v1/health.grpc.pb.h"
#include "tests/client/cli/fake_traind.h"
#include "tests/client/cli/trainctl_process.h"
#include "tests/client/loopback_server.h"

namespace traind::client {
namespace {

using Answer = grpc::health::v1::HealthCheckResponse;
using testing::HasSubstr;

class FakeHealth : public grpc::health::v1::Health::Service {
 public:
  explicit FakeHealth(Answer::ServingStatus status) : status_(status) {}

  grpc::Status Check(grpc::ServerContext*, const grpc::health::v1::HealthCheckRequest* request,
                     Answer* answer) override {
    if (!request->service().empty()) return {grpc::StatusCode::NOT_FOUND, request->service()};
    answer->set_status(status_);
    return grpc::Status::OK;
  }

 private:
  const Answer::ServingStatus status_;
};

Outcome Health(const std::string& address, std::vector<std::string> options = {}) {
  options.insert(options.begin(), {"--server", address, "health"});
  return Trainctl(options);
}

TEST(TrainctlHealth, OfAServerThatServes) {
  FakeHealth health(Answer::SERVING);
  LoopbackServer server({&health});
  Outcome outcome = Health(server.address());
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "SERVING\n");
  EXPECT_THAT(Health(server.address(), {"-o", "json"}).out, HasSubstr(R"("status": "SERVING")"));
}

TEST(TrainctlHealth, OfAServerThatStops) {
  FakeHealth health(Answer::NOT_SERVING);
  LoopbackServer server({&health});
  Outcome outcome = Health(server.address());
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.out, "NOT_SERVING\n");
}

TEST(TrainctlHealth, OfAServerThatKnowsNoHealth) {
  FakeTraind traind;
  Outcome outcome = Health(traind.server.address());
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("UNIMPLEMENTED"));
}

TEST(TrainctlHealth, OfNoServer) {
  Outcome outcome = Health("127.0.0.1:1");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("trainctl: cannot check the server's health"));
}

// A server that no longer accepts: the kernel still completes connections, so that who only connects is fooled.
TEST(TrainctlHealth, OfAServerThatIsDeaf) {
  const int deaf = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* any = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(bind(deaf, any, size), 0);
  ASSERT_EQ(listen(deaf, 8), 0);
  ASSERT_EQ(getsockname(deaf, any, &size), 0);
  const int caller = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(connect(caller, any, size), 0);

  Outcome outcome = Health("127.0.0.1:" + std::to_string(ntohs(address.sin_port)), {"--timeout", "0.5"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("DEADLINE_EXCEEDED"));
  close(caller);
  close(deaf);
}

}  // namespace
}  // namespace traind::client
