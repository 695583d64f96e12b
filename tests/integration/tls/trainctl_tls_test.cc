// trainctl and the C++ client over TLS, and what they say when it does not work.
#include <gmock/gmock.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cpp/client.h"
#include "tests/integration/tls/tls_server.h"

namespace traind {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class TrainctlTls : public TlsServer {
 protected:
  TrainctlTls() {
    WriteServerFiles(authority_.Issue(kServerName));
    WriteFile("ca.crt", authority_.certificate());
    WriteFile("stranger.crt", stranger_.certificate());
    const Identity alice = clients_.Issue("alice");
    WriteFile("alice.crt", alice.certificate);
    WriteFile("alice.key", alice.private_key);
    WriteFile("clients.crt", clients_.certificate());
  }

  // `trainctl health`, with options whose values that end in .crt or .key are files.
  CommandResult Health(const std::vector<std::string>& options) const {
    std::vector<std::string> arguments = {"--server", traind_->grpc_address(), "--timeout", "5"};
    for (const std::string& option : options) {
      const bool file = option.ends_with(".crt") || option.ends_with(".key");
      arguments.push_back(file ? PathOf(option) : option);
    }
    arguments.push_back("health");
    return RunCommand(absl::StrCat(TRAIND_BINARY_DIR, "/trainctl"), arguments);
  }
  void ExpectServing(const std::vector<std::string>& options) const {
    const CommandResult result = Health(options);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(result.out, "SERVING\n");
  }
  std::string ErrorOf(const std::vector<std::string>& options, int exit_code = 1) const {
    const CommandResult result = Health(options);
    EXPECT_EQ(result.exit_code, exit_code);
    return result.err;
  }

  const Authority clients_{"authority of clients"};
};

TEST_F(TrainctlTls, RightAndWrong) {
  Start();
  ExpectServing({"--tls-ca", "ca.crt", "--tls-server-name", kServerName});
  EXPECT_THAT(ErrorOf({"--tls-ca", "stranger.crt", "--tls-server-name", kServerName}),
              AllOf(HasSubstr("is not signed by"), HasSubstr("stranger.crt"), HasSubstr("openssl s_client")));
  EXPECT_THAT(ErrorOf({"--tls-ca", "ca.crt", "--tls-server-name", "elsewhere.test"}),
              AllOf(HasSubstr("is for other names"), HasSubstr("--tls-server-name")));
  EXPECT_THAT(ErrorOf({}), HasSubstr("Does the server speak TLS?"));
  EXPECT_THAT(ErrorOf({"--tls-ca", "none.crt"}, 2), AllOf(HasSubstr("none.crt"), HasSubstr("cannot be read")));
  EXPECT_THAT(ErrorOf({"--tls-ca", "tls.key"}, 2), HasSubstr("holds no certificate"));
}

TEST_F(TrainctlTls, AServerWithoutTls) {
  traind_.emplace(PathOf("data"));
  EXPECT_THAT(ErrorOf({"--tls-ca", "ca.crt"}), HasSubstr("The server does not speak TLS"));
}

TEST_F(TrainctlTls, ACertificateOfItsOwn) {
  Start({absl::StrCat("--tls_client_ca=", PathOf("clients.crt"))});
  const std::vector<std::string> base = {"--tls-ca", "ca.crt", "--tls-server-name", kServerName};
  const auto with = [&](const std::string& certificate, const std::string& key) {
    std::vector<std::string> options = base;
    options.insert(options.end(), {"--tls-certificate", certificate, "--tls-private-key", key});
    return options;
  };
  ExpectServing(with("alice.crt", "alice.key"));
  EXPECT_THAT(ErrorOf(base), HasSubstr("Does the server ask for a certificate?"));
  EXPECT_THAT(ErrorOf(with("tls.crt", "tls.key")), HasSubstr("Does the server take your certificate?"));
  EXPECT_THAT(ErrorOf(with("alice.crt", "tls.key"), 2), HasSubstr("is not the key of the certificate"));
  const Identity late = clients_.Issue("late", -absl::Hours(1));
  WriteFile("late.crt", late.certificate);
  WriteFile("late.key", late.private_key);
  EXPECT_THAT(ErrorOf(with("late.crt", "late.key"), 2), HasSubstr("has expired"));
}

TEST_F(TrainctlTls, FromTheEnvironment) {
  Start();
  setenv("TRAIND_TLS_CA", PathOf("ca.crt").c_str(), 1);
  setenv("TRAIND_TLS_SERVER_NAME", kServerName, 1);
  ExpectServing({});
  unsetenv("TRAIND_TLS_CA");
  unsetenv("TRAIND_TLS_SERVER_NAME");
}

TEST_F(TrainctlTls, TheLibraryToo) {
  Start();
  const auto tls = client::ReadTls({.ca = PathOf("ca.crt"), .server_name = kServerName});
  ASSERT_TRUE(tls.ok()) << tls.status();
  EXPECT_TRUE(client::Client::Connect(traind_->grpc_address(), {.tls = *tls}).CheckHealth().ok());
  EXPECT_FALSE(client::Client::Connect(traind_->grpc_address()).CheckHealth().ok());
}

}  // namespace
}  // namespace traind
