#include "client/cpp/token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "client/cpp/client.h"

namespace traind::client {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

std::string Write(const std::string& text) {
  const std::string path = testing::TempDir() + "/token";
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

TEST(Token, IsOf256RandomBits) {
  const std::string token = NewToken();
  EXPECT_THAT(token, MatchesRegex("traind_[A-Za-z0-9_-]{43}"));
  EXPECT_NE(token, NewToken());
  EXPECT_TRUE(CheckToken(token).ok());
}

TEST(Token, ItsHashIsSha256) {
  EXPECT_EQ(TokenHash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Token, IsReadFromAFileWithoutWhatIsAroundIt) {
  EXPECT_EQ(*ReadTokenFile(Write(" secret-token\r\n")), "secret-token");
  for (const std::string& wrong : {std::string("secret token"), std::string("\n"), std::string("secret\ntoken"),
                                   std::string("s\xc3\xa9same"), std::string(5000, 'x')}) {
    const absl::Status status = ReadTokenFile(Write(wrong)).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << wrong;
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("secret")));
  }
  EXPECT_THAT(std::string(ReadTokenFile("/none/token").status().message()), HasSubstr("/none/token"));
}

TEST(Token, KnowsWhatStaysOnThisMachine) {
  for (const char* here : {"127.0.0.1:50051", "127.8.9.10:1", "localhost:50051", "[::1]:50051", "unix:/run/traind.sock",
                           "unix-abstract:traind", "dns:///localhost:50051", "ipv4:127.0.0.1:50051", "ipv6:[::1]:1"}) {
    EXPECT_TRUE(IsOnThisMachine(here)) << here;
  }
  for (const char* elsewhere :
       {"10.0.0.1:50051", "traind:50051", "unixbox:50051", "127.1:50051", "127.evil.example:50051",
        "localhost.example:50051", "[::2]:50051", "128.0.0.1:127", "0.0.0.0:50051", "dns:///traind.example:50051",
        "dns://127.0.0.1/traind.example:50051"}) {
    EXPECT_FALSE(IsOnThisMachine(elsewhere)) << elsewhere;
  }
}

TEST(Token, IsNotSentToAnotherMachineWithoutTls) {
  const Client client = Client::Connect("192.0.2.1:50051", {.token = "secret-token"});
  const absl::Time start = absl::Now();
  const absl::Status unary = client.GetModel("models/m").status();
  const absl::Status stream = client.WatchTrainingJob("trainingJobs/j", 0, [](const v1::TrainingEvent&) {});
  for (const absl::Status& status : {unary, stream}) {
    EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("not sent to 192.0.2.1:50051 without TLS"));
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("secret")));
  }
  // Nobody was asked: nothing answers there.
  EXPECT_LT(absl::Now() - start, absl::Seconds(5));
}

}  // namespace
}  // namespace traind::client
