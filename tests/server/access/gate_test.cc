#include "server/access/gate.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/errors/errors.h"
#include "server/storage/sha256.h"

namespace traind {
namespace {

constexpr char kGet[] = "/traind.v1.TrainingService/GetTrainingJob";
constexpr char kCancel[] = "/traind.v1.TrainingService/CancelTrainingJob";
constexpr char kHealth[] = "/grpc.health.v1.Health/Check";
constexpr char kUnlisted[] = "/traind.v1.TrainingService/RemoveEverything";

class GateTest : public ::testing::Test {
 protected:
  static std::string File() {
    std::string text;
    for (const char* role : {"reader", "trainer", "admin"}) {
      absl::StrAppend(&text, "its-", role, " ", role, " acme ", Sha256Hex(role), "\n");
    }
    return absl::StrCat(text, "late trainer acme ", Sha256Hex("expired"), " 2020-01-01T00:00:00Z\n");
  }

  absl::Status Admit(const char* method, std::optional<std::string_view> authorization) {
    return gate_.Admit(method, authorization, absl::Now(), caller_);
  }
  std::string Reason(const char* method, std::optional<std::string_view> authorization) {
    return DetailsOf(Admit(method, authorization)).reason;
  }

  std::unique_ptr<Tokens> tokens_ = *Tokens::Open(&File);
  CallRates rates_{0};
  Gate gate_{tokens_.get(), rates_};
  Caller caller_;
};

TEST_F(GateTest, TellsWhoCalls) {
  EXPECT_TRUE(Admit(kGet, "Bearer reader").ok());
  EXPECT_EQ(caller_.name, "its-reader");
  EXPECT_EQ(caller_.tenant, "acme");
  EXPECT_EQ(caller_.role, Role::kReader);
  EXPECT_TRUE(Admit(kGet, "bearer admin").ok());
  EXPECT_EQ(caller_.role, Role::kAdmin);
}

TEST_F(GateTest, EachRoleMayWhatThoseBelowItMay) {
  EXPECT_TRUE(Admit(kCancel, "Bearer trainer").ok());
  EXPECT_TRUE(Admit(kCancel, "Bearer admin").ok());
  const absl::Status refused = Admit(kCancel, "Bearer reader");
  EXPECT_TRUE(absl::IsPermissionDenied(refused));
  EXPECT_EQ(DetailsOf(refused).reason, "ROLE_TOO_LOW");
  EXPECT_EQ(refused.message(), "CancelTrainingJob needs the role trainer; the token of its-reader has the role reader");
  EXPECT_EQ(caller_.name, "its-reader");
}

TEST_F(GateTest, WithoutAGoodTokenNobodyMayAnything) {
  EXPECT_EQ(Reason(kGet, std::nullopt), "TOKEN_MISSING");
  for (const char* wrong :
       {"Bearer wrong", "Bearer expired", "Bearer ", "", "Basic reader", "reader", "Bearer  reader"}) {
    const absl::Status refused = Admit(kGet, wrong);
    EXPECT_TRUE(absl::IsUnauthenticated(refused)) << wrong;
    EXPECT_EQ(DetailsOf(refused).reason, "TOKEN_INVALID");
    EXPECT_EQ(refused.message(), Admit(kGet, "Bearer expired").message());
    EXPECT_EQ(caller_.name, "");
  }
}

TEST_F(GateTest, HealthNeedsNoToken) { EXPECT_TRUE(Admit(kHealth, std::nullopt).ok()); }

TEST_F(GateTest, AMethodThatIsInNoTableIsForAdmins) {
  EXPECT_EQ(Reason(kUnlisted, "Bearer trainer"), "ROLE_TOO_LOW");
  EXPECT_TRUE(Admit(kUnlisted, "Bearer admin").ok());
}

TEST_F(GateTest, WithoutTokensEverybodyMayEverything) {
  Gate open(nullptr, rates_);
  EXPECT_TRUE(open.Admit(kCancel, "Bearer what", absl::Now(), caller_).ok());
  EXPECT_TRUE(open.Admit(kUnlisted, std::nullopt, absl::Now(), caller_).ok());
  EXPECT_EQ(caller_.tenant, "default");
  EXPECT_TRUE(caller_.SeesAllTenants());
}

TEST_F(GateTest, ATenantThatCallsTooOftenHearsWhenToTryAgain) {
  CallRates slow(1);
  Gate gate(tokens_.get(), slow);
  const absl::Time now = absl::Now();
  EXPECT_TRUE(gate.Admit(kGet, "Bearer reader", now, caller_).ok());
  const absl::Status refused = gate.Admit(kGet, "Bearer trainer", now, caller_);
  EXPECT_TRUE(absl::IsResourceExhausted(refused));
  EXPECT_EQ(DetailsOf(refused).reason, "TENANT_RATE");
  EXPECT_EQ(DetailsOf(refused).retry_delay, absl::Seconds(1));
  EXPECT_TRUE(gate.Admit(kHealth, std::nullopt, now, caller_).ok());
  const absl::Time later = now + absl::Seconds(1);
  // A call that is refused counts: each is a line of the audit log.
  EXPECT_TRUE(absl::IsPermissionDenied(gate.Admit(kCancel, "Bearer reader", later, caller_)));
  EXPECT_TRUE(absl::IsResourceExhausted(gate.Admit(kCancel, "Bearer reader", later, caller_)));
}

}  // namespace
}  // namespace traind
