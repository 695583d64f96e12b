// TLS files that change under a server: new connections see the new ones, old connections live on, and what is broken
// changes nothing.
#include <gmock/gmock.h>

#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/integration/tls/tls_server.h"

namespace traind {
namespace {

constexpr char kExpiry[] = "traind_tls_certificate_expiry_timestamp_seconds";
constexpr char kFailed[] = "traind_tls_reloads_failed_total";

class Reload : public TlsServer {
 protected:
  Reload() { WriteServerFiles(first_); }

  // Until the server has looked at them more often than it needs to.
  static void Settle() { absl::SleepFor(absl::Seconds(4)); }

  // A broken file is told of, counted and not used; the right one is, afterwards.
  void ExpectRefused(const std::string& complaint) {
    EXPECT_TRUE(Logs(complaint)) << complaint;
    EXPECT_GT(Metric(kFailed), failed_);
    failed_ = Metric(kFailed);
    EXPECT_TRUE(AskAs(old_client_).ok()) << complaint;
  }

  const Identity first_ = authority_.Issue(kServerName);
  const TlsClient old_client_ = {.ca = authority_.certificate()};
  const TlsClient new_client_ = {.ca = stranger_.certificate()};
  double failed_ = 0;
};

TEST_F(Reload, NewConnectionsSeeTheNewCertificateAndOldOnesLiveOn) {
  Start();
  const std::shared_ptr<grpc::Channel> early = Connect(old_client_);
  ASSERT_TRUE(Ask(early).ok());
  EXPECT_FALSE(AskAs(new_client_).ok());
  const double expiry = Metric(kExpiry);

  WriteServerFiles(stranger_.Issue(kServerName, absl::Hours(72)));
  EXPECT_TRUE(ComesTo(true, new_client_));
  EXPECT_FALSE(AskAs(old_client_).ok());
  EXPECT_EQ(early->GetState(false), GRPC_CHANNEL_READY);
  EXPECT_TRUE(Ask(early).ok());
  EXPECT_NEAR(Metric(kExpiry) - expiry, 48 * 3600, 60);
  EXPECT_EQ(Metric(kFailed), 0);
}

// As Kubernetes changes a secret: the names are links through `..data`, which is a link that is swapped.
TEST_F(Reload, ThroughALinkThatIsSwapped) {
  namespace fs = std::filesystem;
  const fs::path folder = folder_.path();
  const auto write = [&](const std::string& version, const Identity& identity) {
    fs::create_directory(folder / version);
    WriteFile(version + "/tls.crt", identity.certificate);
    WriteFile(version + "/tls.key", identity.private_key);
    fs::create_symlink(version, folder / "..data_tmp");
    fs::rename(folder / "..data_tmp", folder / "..data");
  };
  write("v1", first_);
  for (const char* name : {"tls.crt", "tls.key"}) {
    fs::remove(folder / name);
    fs::create_symlink(fs::path("..data") / name, folder / name);
  }
  Start();
  ASSERT_TRUE(AskAs(old_client_).ok());
  write("v2", stranger_.Issue(kServerName));
  fs::remove_all(folder / "v1");
  EXPECT_TRUE(ComesTo(true, new_client_));
  EXPECT_EQ(Metric(kFailed), 0);
}

TEST_F(Reload, TheAuthorityOfClientsChangesToo) {
  const Authority clients("authority of clients");
  WriteFile("ca.crt", authority_.certificate());
  Start({absl::StrCat("--tls_client_ca=", PathOf("ca.crt"))});
  const TlsClient alice = {.ca = authority_.certificate(), .own = clients.Issue("alice")};
  EXPECT_FALSE(AskAs(alice).ok());
  WriteFile("ca.crt", clients.certificate());
  EXPECT_TRUE(ComesTo(true, alice));
}

TEST_F(Reload, WhatIsBrokenChangesNothing) {
  Start();
  const Identity second = stranger_.Issue(kServerName);
  WriteFile("tls.crt", second.certificate);  // the key is still the first's
  ExpectRefused("is not the key of the first certificate");
  WriteFile("tls.crt", second.certificate.substr(0, second.certificate.size() / 2));
  ExpectRefused("cannot be read (");
  WriteFile("tls.crt", "");
  ExpectRefused("holds no certificate");
  WriteFile("tls.crt", second.certificate);
  WriteFile("tls.key", "rubbish");
  ExpectRefused("holds no private key");
  std::filesystem::remove(PathOf("tls.key"));
  ExpectRefused("No such file or directory");
  const Identity expired = stranger_.Issue(kServerName, -absl::Hours(1));
  WriteServerFiles(expired);
  ExpectRefused("has expired at");
  // The last word is with what is right.
  WriteServerFiles(second);
  EXPECT_TRUE(ComesTo(true, new_client_));
  EXPECT_EQ(Metric(kFailed), failed_);
}

// Who writes one file after the other, without care, is not met between.
TEST_F(Reload, WhatIsMendedAtOnceWasNeverBroken) {
  Start();
  const Identity second = stranger_.Issue(kServerName);
  WriteFile("tls.crt", second.certificate);
  absl::SleepFor(absl::Milliseconds(300));
  WriteFile("tls.key", second.private_key);
  EXPECT_TRUE(ComesTo(true, new_client_));
  Settle();
  EXPECT_EQ(Metric(kFailed), 0);
}

}  // namespace
}  // namespace traind
