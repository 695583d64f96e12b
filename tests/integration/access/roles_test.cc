// Who may call what: every method with no token, a wrong one, an expired one, and one of each role.
#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include <future>
#include <string>

#include "absl/strings/str_cat.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "tests/integration/access/every_method.h"
#include "tests/integration/access/token_server.h"

namespace traind {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::UnorderedElementsAreArray;

using Code = grpc::StatusCode;

bool IsDenied(const grpc::Status& status) {
  return status.error_code() == Code::UNAUTHENTICATED || status.error_code() == Code::PERMISSION_DENIED;
}

int RankOf(const std::string& role) { return role == "reader" ? 0 : role == "trainer" ? 1 : 2; }

class Roles : public TokenServer {
 protected:
  // Asks the reflection service for the list of services; a stream to the server, one message each way here.
  grpc::Status Reflect(const std::string& token) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    if (!token.empty()) context.AddMetadata("authorization", "Bearer " + token);
    const grpc::Slice list_services(std::string("\x3a\x00", 2));
    const grpc::ByteBuffer request(&list_services, 1);
    grpc::ByteBuffer response;
    std::promise<grpc::Status> done;
    grpc::GenericStub stub(traind_->Connect());
    stub.UnaryCall(&context, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", {}, &request, &response,
                   [&](const grpc::Status& status) { done.set_value(status); });
    const grpc::Status status = done.get_future().get();
    EXPECT_EQ(status.ok(), response.Length() > 0);
    return status;
  }
};

TEST(EveryMethod, IsEveryMethodOfTheContract) {
  std::vector<std::string> called;
  for (const MethodCall& call : EveryMethod()) called.push_back(call.method);
  EXPECT_THAT(called, UnorderedElementsAreArray(MethodsOfTheContract()));
}

TEST_F(Roles, WithoutAGoodTokenNothingCanBeCalled) {
  Start();
  const Targets targets = MakeWhatAcmeHas();
  for (const auto& [token, reason] :
       {std::pair("", "TOKEN_MISSING"), std::pair("wrong", "TOKEN_INVALID"), std::pair("expired", "TOKEN_INVALID"),
        std::pair("its-admin-of-acme", "TOKEN_INVALID")}) {
    const std::unique_ptr<ServiceStubs> stubs = As(token);
    for (const MethodCall& call : EveryMethod()) {
      const grpc::Status status = call.call(*stubs, targets);
      EXPECT_EQ(status.error_code(), Code::UNAUTHENTICATED) << call.method << " with '" << token << "'";
      EXPECT_EQ(RefusalOf(status).info.reason(), reason) << call.method;
      EXPECT_THAT(status.error_message(), Not(HasSubstr("wrong"))) << call.method;
    }
  }
  EXPECT_EQ(Metric("traind_calls_denied_total{reason=\"TOKEN_MISSING\"}"), EveryMethod().size());
  EXPECT_EQ(Metric("traind_calls_denied_total{reason=\"TOKEN_INVALID\"}"), 3 * EveryMethod().size());
  // And nothing was done.
  EXPECT_EQ(As("reader-of-acme")->GetJob("trainingJobs/j").state(), v1::TrainingJob::SUCCEEDED);
}

TEST_F(Roles, EachMayCallWhatIsItsAndNoMore) {
  Start();
  const Targets targets = MakeWhatAcmeHas();
  int denied = 0;
  for (const std::string role : {"reader", "trainer"}) {
    const std::unique_ptr<ServiceStubs> stubs = As(absl::StrCat(role, "-of-acme"));
    for (const MethodCall& call : EveryMethod()) {
      const grpc::Status status = call.call(*stubs, targets);
      const bool may = RankOf(role) >= RankOf(call.least_role);
      EXPECT_EQ(IsDenied(status), !may) << call.method << " as " << role << ": " << status.error_message();
      if (may) continue;
      ++denied;
      EXPECT_EQ(status.error_code(), Code::PERMISSION_DENIED) << call.method;
      EXPECT_EQ(RefusalOf(status).info.reason(), "ROLE_TOO_LOW") << call.method;
      EXPECT_THAT(status.error_message(), HasSubstr(absl::StrCat("needs the role ", call.least_role)));
      EXPECT_THAT(status.error_message(), HasSubstr(absl::StrCat("has the role ", role)));
    }
  }
  EXPECT_GT(denied, 5);
  EXPECT_EQ(Metric("traind_calls_denied_total{reason=\"ROLE_TOO_LOW\"}"), denied);
  // The trainer has called all, deletions last: nothing of it is left.
  const std::unique_ptr<ServiceStubs> reader = As("reader-of-acme");
  for (const MethodCall& call : EveryMethod()) {
    if (call.about != About::kOneResource || call.least_role != "reader") continue;
    EXPECT_EQ(call.call(*reader, targets).error_code(), Code::NOT_FOUND) << call.method;
  }
}

TEST_F(Roles, AnAdminMayEverythingForEveryTenant) {
  Start();
  const Targets targets = MakeWhatAcmeHas();
  const std::unique_ptr<ServiceStubs> admin = As("admin-of-beta");
  v1::ListTrainingJobsResponse jobs;
  ASSERT_TRUE(ServiceStubs::Ok(admin->training().ListTrainingJobs(admin->NewContext(), {}, &jobs)));
  ASSERT_EQ(jobs.training_jobs_size(), 1);
  EXPECT_EQ(jobs.training_jobs(0).tenant(), "acme");
  for (const MethodCall& call : EveryMethod()) {
    const grpc::Status status = call.call(*admin, targets);
    EXPECT_FALSE(IsDenied(status)) << call.method << ": " << status.error_message();
    EXPECT_NE(status.error_code(), Code::NOT_FOUND) << call.method << ": " << status.error_message();
  }
}

TEST_F(Roles, HealthIsForAll) {
  Start();
  const auto stub = grpc::health::v1::Health::NewStub(traind_->Connect());
  grpc::ClientContext context;
  grpc::health::v1::HealthCheckResponse response;
  EXPECT_TRUE(ServiceStubs::Ok(stub->Check(&context, {}, &response)));
  EXPECT_EQ(response.status(), grpc::health::v1::HealthCheckResponse::SERVING);
}

TEST_F(Roles, ReflectionIsForThoseWhoMayRead) {
  Start();
  const grpc::Status refused = Reflect("");
  EXPECT_EQ(refused.error_code(), Code::UNAUTHENTICATED) << refused.error_message();
  EXPECT_THAT(refused.error_message(), HasSubstr("asks for a token"));
  EXPECT_EQ(Reflect("wrong").error_code(), Code::UNAUTHENTICATED);
  EXPECT_TRUE(ServiceStubs::Ok(Reflect("reader-of-acme")));
}

TEST_F(Roles, ReflectionCanBeOff) {
  Start({"--reflection=false"});
  for (const char* token : {"", "admin-of-acme"}) {
    const grpc::Status refused = Reflect(token);
    EXPECT_EQ(refused.error_code(), Code::UNIMPLEMENTED);
    EXPECT_THAT(refused.error_message(), HasSubstr("--reflection=false"));
  }
}

TEST_F(Roles, AMethodThatThereIsNotIsNoWayRoundTheGate) {
  Start();
  for (const auto& [token, code] :
       {std::pair("", Code::UNAUTHENTICATED), std::pair("admin-of-acme", Code::UNIMPLEMENTED)}) {
    grpc::ClientContext context;
    if (*token != '\0') context.AddMetadata("authorization", absl::StrCat("Bearer ", token));
    const grpc::Slice nothing("");
    const grpc::ByteBuffer request(&nothing, 1);
    grpc::ByteBuffer response;
    std::promise<grpc::Status> done;
    grpc::GenericStub stub(traind_->Connect());
    stub.UnaryCall(&context, "/traind.v1.TrainingService/NoSuchMethod", {}, &request, &response,
                   [&](const grpc::Status& status) { done.set_value(status); });
    EXPECT_EQ(done.get_future().get().error_code(), code) << token;
  }
}

}  // namespace
}  // namespace traind
