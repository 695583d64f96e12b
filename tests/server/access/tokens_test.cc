#include "server/access/tokens.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/storage/sha256.h"

namespace traind {
namespace {

std::string Line(const std::string& token, const std::string& rest = "") {
  return absl::StrCat("alice reader acme ", Sha256Hex(token), " ", rest, "\n");
}

class TokensTest : public ::testing::Test {
 protected:
  TokensTest() : tokens_(*Tokens::Open([this] { return file_; })) {}

  bool Knows(const std::string& token) { return tokens_->Find(token, absl::Now()).has_value(); }

  absl::StatusOr<std::string> file_ = Line("one");
  std::unique_ptr<Tokens> tokens_;
};

TEST_F(TokensTest, FindsTheCallerByTheWholeToken) {
  const std::optional<Caller> caller = tokens_->Find("one", absl::Now());
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->name, "alice");
  EXPECT_FALSE(Knows("on"));
  EXPECT_FALSE(Knows("one "));
  EXPECT_FALSE(Knows(""));
  EXPECT_FALSE(Knows(Sha256Hex("one")));
}

TEST_F(TokensTest, ATokenEndsAtItsTime) {
  file_ = Line("one", "2027-01-31T00:00:00Z");
  ASSERT_TRUE(tokens_->Reload().ok());
  const absl::Time end = absl::FromUnixSeconds(1801353600);
  EXPECT_TRUE(tokens_->Find("one", end - absl::Nanoseconds(1)));
  EXPECT_FALSE(tokens_->Find("one", end));
}

TEST_F(TokensTest, ReadsAChangedFile) {
  EXPECT_EQ(*tokens_->Reload(), Tokens::Reloaded::kUnchanged);
  file_ = Line("two");
  EXPECT_EQ(*tokens_->Reload(), Tokens::Reloaded::kChanged);
  EXPECT_TRUE(Knows("two"));
  EXPECT_FALSE(Knows("one"));
}

TEST_F(TokensTest, ABrokenFileIsToldOnceAndChangesNothing) {
  for (const absl::StatusOr<std::string>& broken :
       {absl::StatusOr<std::string>("alice"), absl::StatusOr<std::string>(""),
        absl::StatusOr<std::string>(absl::FailedPreconditionError("gone"))}) {
    file_ = broken;
    EXPECT_FALSE(tokens_->Reload().ok());
    EXPECT_EQ(*tokens_->Reload(), Tokens::Reloaded::kUnchanged);
    EXPECT_TRUE(Knows("one"));
  }
  file_ = Line("two");
  EXPECT_EQ(*tokens_->Reload(), Tokens::Reloaded::kChanged);
  EXPECT_TRUE(Knows("two"));
}

TEST(Tokens, DoesNotOpenABrokenFile) {
  EXPECT_TRUE(absl::IsInvalidArgument(Tokens::Open([] { return "alice"; }).status()));
  EXPECT_TRUE(absl::IsNotFound(Tokens::Open([] { return absl::NotFoundError(""); }).status()));
}

}  // namespace
}  // namespace traind
