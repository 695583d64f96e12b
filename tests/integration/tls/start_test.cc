// What a server says that cannot start as it was told to.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/integration/tls/tls_server.h"

namespace traind {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class Start : public TlsServer {
 protected:
  Start() { WriteServerFiles(authority_.Issue(kServerName)); }

  // Of a server that ends by itself.
  std::string ErrorOf(std::vector<std::string> flags, const std::string& address = "127.0.0.1:0") const {
    flags.insert(flags.begin(), {absl::StrCat("--grpc_address=", address), "--metrics_address=127.0.0.1:0",
                                 absl::StrCat("--data_dir=", PathOf("data"))});
    const CommandResult result = RunCommand(absl::StrCat(TRAIND_BINARY_DIR, "/traind"), flags);
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_EQ(result.out, "");
    return result.err;
  }
  std::string ErrorOfFiles() const {
    return ErrorOf(
        {absl::StrCat("--tls_certificate=", PathOf("tls.crt")), absl::StrCat("--tls_private_key=", PathOf("tls.key"))});
  }
};

TEST_F(Start, AFileThatCannotBeReadIsNamedWithItsFlag) {
  std::remove(PathOf("tls.crt").c_str());
  EXPECT_THAT(ErrorOfFiles(), AllOf(HasSubstr("--tls_certificate"), HasSubstr(PathOf("tls.crt")),
                                    HasSubstr("No such file or directory"), HasSubstr("must be a PEM file")));
}

TEST_F(Start, WhatIsNoPemIsRefused) {
  WriteFile("tls.crt", "no certificate");
  EXPECT_THAT(ErrorOfFiles(), AllOf(HasSubstr("--tls_certificate"), HasSubstr("BEGIN CERTIFICATE")));
}

TEST_F(Start, AKeyOfAnotherCertificateIsRefused) {
  WriteFile("tls.key", authority_.Issue(kServerName).private_key);
  EXPECT_THAT(ErrorOfFiles(), AllOf(HasSubstr("--tls_private_key"), HasSubstr(PathOf("tls.key")),
                                    HasSubstr("is not the key of the first certificate")));
}

TEST_F(Start, AnAuthorityThatIsNoneIsRefused) {
  WriteFile("ca.crt", "-----BEGIN CERTIFICATE-----\nhalf");
  EXPECT_THAT(ErrorOf({absl::StrCat("--tls_certificate=", PathOf("tls.crt")),
                       absl::StrCat("--tls_private_key=", PathOf("tls.key")),
                       absl::StrCat("--tls_client_ca=", PathOf("ca.crt"))}),
              AllOf(HasSubstr("--tls_client_ca"), HasSubstr("certificate 1 in it cannot be read")));
}

TEST_F(Start, FlagsThatDoNotFitTogether) {
  EXPECT_THAT(ErrorOf({"--tls_certificate=a"}), HasSubstr("--tls_private_key: is not given"));
  EXPECT_THAT(ErrorOf({"--tls_private_key=a"}), HasSubstr("--tls_certificate: is not given"));
  EXPECT_THAT(ErrorOf({"--tls_client_ca=a"}), HasSubstr("--tls_client_ca: needs TLS"));
  EXPECT_THAT(ErrorOf({"--tls_certificate=a", "--tls_private_key=b", "--insecure"}), HasSubstr("--insecure"));
}

TEST_F(Start, OtherMachinesAreNotLetInWithoutTls) {
  for (const char* address : {"0.0.0.0:0", "[::]:0"}) {
    EXPECT_THAT(ErrorOf({}, address), AllOf(HasSubstr("--grpc_address"), HasSubstr(address),
                                            HasSubstr("--tls_certificate"), HasSubstr("--insecure")));
  }
}

}  // namespace
}  // namespace traind
