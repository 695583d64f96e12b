#include "server/errors/errors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace traind {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Errors, InvalidFieldsListsEveryFault) {
  std::vector<FieldViolation> violations = {{"a.b", "0; must be 1 to 9"}, {"c[2]", "is missing"}};
  absl::Status status = InvalidFields(violations);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "a.b: 0; must be 1 to 9; c[2]: is missing");
  EXPECT_EQ(DetailsOf(status).violations, violations);
  EXPECT_EQ(DetailsOf(status).reason, "INVALID_FIELDS");
}

TEST(Errors, LongListsAreCutInTheMessageOnly) {
  std::vector<FieldViolation> violations(25, {"x", "bad"});
  violations.back().description = "the last";
  absl::Status status = InvalidFields(violations);
  EXPECT_THAT(std::string(status.message()), HasSubstr("and 5 more"));
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("the last")));
  EXPECT_EQ(DetailsOf(status).violations, violations);
}

TEST(Errors, DetailsAddUp) {
  absl::Status status = WithRetryDelay(
      WithReason(absl::ResourceExhaustedError("full"), "QUEUE_FULL", {{"queued", "10"}}), absl::Milliseconds(1500));
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(DetailsOf(status).reason, "QUEUE_FULL");
  EXPECT_EQ(DetailsOf(status).metadata.at("queued"), "10");
  EXPECT_EQ(DetailsOf(status).retry_delay, absl::Milliseconds(1500));
}

TEST(Errors, BytesThatAreNotUtf8AreReplaced) {
  absl::Status status = InvalidFields({{"name", "'\xff\xfe' is no name"}});
  EXPECT_THAT(DetailsOf(status).violations[0].description, HasSubstr("is no name"));
}

TEST(Errors, APlainStatusHasNoDetails) {
  ErrorDetails details = DetailsOf(absl::NotFoundError("none"));
  EXPECT_TRUE(details.violations.empty());
  EXPECT_TRUE(details.reason.empty());
  EXPECT_FALSE(details.retry_delay.has_value());
}

}  // namespace
}  // namespace traind
