#include "server/convert/status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "server/errors/errors.h"
#include "server/errors/text.h"

namespace traind {
namespace {

using ::testing::HasSubstr;

google::rpc::Status Parsed(const grpc::Status& status) {
  google::rpc::Status parsed;
  EXPECT_TRUE(parsed.ParseFromString(status.error_details()));
  return parsed;
}

template <typename Detail>
Detail Find(const grpc::Status& status) {
  Detail detail;
  const google::rpc::Status parsed = Parsed(status);
  for (const auto& any : parsed.details()) {
    if (any.UnpackTo(&detail)) return detail;
  }
  ADD_FAILURE() << "no " << detail.GetTypeName();
  return detail;
}

TEST(Status, OkIsOk) { EXPECT_TRUE(ToGrpcStatus(absl::OkStatus()).ok()); }

TEST(Status, EveryRefusalHasAReason) {
  for (int code = 1; code <= 16; ++code) {
    const absl::Status status(static_cast<absl::StatusCode>(code), "why");
    const grpc::Status wire = ToGrpcStatus(status);
    EXPECT_EQ(static_cast<int>(wire.error_code()), code);
    EXPECT_EQ(wire.error_message(), "why");
    EXPECT_EQ(Parsed(wire).code(), code);
    EXPECT_EQ(Parsed(wire).message(), "why");
    EXPECT_EQ(Find<google::rpc::ErrorInfo>(wire).reason(), absl::StatusCodeToString(status.code()));
    EXPECT_EQ(Find<google::rpc::ErrorInfo>(wire).domain(), "traind");
  }
}

TEST(Status, CarriesReasonMetadataAndRetry) {
  const grpc::Status wire = ToGrpcStatus(WithRetryDelay(
      WithReason(absl::ResourceExhaustedError("full"), "QUEUE_FULL", {{"queued", "9"}}), absl::Milliseconds(1500)));
  EXPECT_EQ(Find<google::rpc::ErrorInfo>(wire).reason(), "QUEUE_FULL");
  EXPECT_EQ(Find<google::rpc::ErrorInfo>(wire).metadata().at("queued"), "9");
  EXPECT_EQ(Find<google::rpc::RetryInfo>(wire).retry_delay().seconds(), 1);
  EXPECT_EQ(Find<google::rpc::RetryInfo>(wire).retry_delay().nanos(), 500'000'000);
}

TEST(Status, ListsEveryViolation) {
  const auto request = Find<google::rpc::BadRequest>(ToGrpcStatus(InvalidFields({{"a", "one"}, {"b[1]", "two"}})));
  ASSERT_EQ(request.field_violations_size(), 2);
  EXPECT_EQ(request.field_violations(1).field(), "b[1]");
  EXPECT_EQ(request.field_violations(1).description(), "two");
}

// A client takes at most 8 KiB of trailers; details travel as base64, the message percent-encoded.
TEST(Status, FitsIntoTheTrailers) {
  std::vector<FieldViolation> faults;
  for (int i = 0; i < 1000; ++i)
    faults.push_back({absl::StrCat("f[", i, "]"), std::string(i % 300, '\n') + "\xC3\xBC"});
  absl::Status status = WithReason(InvalidFields(faults), "MANY", {{"long", std::string(9000, 'x')}, {"short", "y"}});
  const grpc::Status wire = ToGrpcStatus(status);
  size_t encoded = wire.error_details().size() * 4 / 3;
  for (char c : wire.error_message()) encoded += c < ' ' || c > '~' ? 3 : 1;
  EXPECT_LT(encoded, 7900);
  const auto request = Find<google::rpc::BadRequest>(wire);
  const int listed = request.field_violations_size() - 1;
  EXPECT_GT(listed, 10);
  EXPECT_EQ(request.field_violations(listed).description(), absl::StrCat("and ", 1000 - listed, " more faults"));
  EXPECT_TRUE(IsUtf8(wire.error_message()));
}

TEST(Status, TextIsMadeUtf8) {
  const grpc::Status wire = ToGrpcStatus(absl::NotFoundError("no \xFF"));
  EXPECT_EQ(wire.error_message(), "no \xEF\xBF\xBD");
  EXPECT_EQ(Parsed(wire).message(), wire.error_message());
}

}  // namespace
}  // namespace traind
