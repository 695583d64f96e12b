#include "client/cpp/status.h"

#include <gmock/gmock.h>
#include <grpcpp/support/status.h>
#include <gtest/gtest.h>

#include "tests/client/loopback_server.h"

namespace traind::client {
namespace {

TEST(StatusTest, OkStaysOk) { EXPECT_TRUE(FromGrpc(grpc::Status::OK).ok()); }

TEST(StatusTest, ListsEachFieldViolationOnItsOwnLine) {
  absl::Status status = FromGrpc(TwoFieldsAreInvalid());
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(std::string(status.message()),
            "2 fields are invalid\n"
            "  spec.model.layers[3].dense.units: is 0; must be 1 to 65536\n"
            "  spec.epochs: is -1; must be 1 to 100000");
  EXPECT_EQ(HeadlineOf(status), "2 fields are invalid");
}

TEST(StatusTest, KeepsAMessageThatSaysMoreThanTheViolations) {
  google::rpc::BadRequest bad_request;
  auto* violation = bad_request.add_field_violations();
  violation->set_field("dataset");
  violation->set_description("has 3 classes");
  absl::Status status =
      FromGrpc(Refusal(grpc::StatusCode::FAILED_PRECONDITION, "network and dataset do not fit", {&bad_request}));
  EXPECT_EQ(std::string(status.message()), "network and dataset do not fit\n  dataset: has 3 classes");
}

TEST(StatusTest, GivesTheDetailsInTypedForm) {
  google::rpc::ErrorInfo info;
  info.set_reason("QUEUE_FULL");
  info.set_domain("traind");
  (*info.mutable_metadata())["queued"] = "1000";
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(2);
  retry.mutable_retry_delay()->set_nanos(500'000'000);
  google::rpc::RequestInfo request;
  request.set_request_id("abc");
  absl::Status status =
      FromGrpc(Refusal(grpc::StatusCode::RESOURCE_EXHAUSTED, "the queue is full", {&info, &retry, &request}));

  ErrorDetails details = DetailsOf(status);
  EXPECT_EQ(details.reason, "QUEUE_FULL");
  EXPECT_EQ(details.domain, "traind");
  EXPECT_THAT(details.metadata, testing::ElementsAre(testing::Pair("queued", "1000")));
  EXPECT_EQ(details.retry_delay, absl::Milliseconds(2500));
  EXPECT_EQ(details.request_id, "abc");
  EXPECT_EQ(std::string(status.message()), "the queue is full");

  details = DetailsOf(FromGrpc(TwoFieldsAreInvalid()));
  ASSERT_EQ(details.field_violations.size(), 2);
  EXPECT_EQ(details.field_violations[1].field, "spec.epochs");
  EXPECT_EQ(details.field_violations[1].description, "is -1; must be 1 to 100000");
}

TEST(StatusTest, SurvivesDetailsThatAreNotReadable) {
  absl::Status status = FromGrpc(grpc::Status(grpc::StatusCode::NOT_FOUND, "no such job", "\xff\xff garbage"));
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(std::string(status.message()), "no such job");
  EXPECT_TRUE(DetailsOf(status).reason.empty());
}

TEST(StatusTest, AnyOtherStatusHasNoDetails) {
  EXPECT_TRUE(DetailsOf(absl::NotFoundError("x")).field_violations.empty());
  EXPECT_EQ(HeadlineOf(absl::NotFoundError("x")), "x");
}

TEST(StatusTest, ExplainsAnEmptyUnimplemented) {
  absl::Status status = FromGrpc(grpc::Status(grpc::StatusCode::UNIMPLEMENTED, ""));
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("UTF-8"));
}

}  // namespace
}  // namespace traind::client
