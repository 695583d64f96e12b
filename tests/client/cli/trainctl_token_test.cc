// `trainctl token create`, and where trainctl takes its token from. What servers say to tokens is tested with a real
// one in tests/integration/access.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>

#include "client/cpp/token.h"
#include "tests/client/cli/trainctl_process.h"

namespace traind::client {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(TrainctlToken, CreatePrintsTheTokenAndTheLineForTheServer) {
  const Outcome made =
      Trainctl({"token", "create", "alice", "--role", "trainer", "--tenant", "acme", "--expires", "2027-01-31"});
  EXPECT_EQ(made.code, 0) << made.err;
  std::smatch token;
  ASSERT_TRUE(std::regex_search(made.out, token, std::regex("traind_[A-Za-z0-9_-]{43}"))) << made.out;
  EXPECT_THAT(made.out, HasSubstr("\n  alice trainer acme " + TokenHash(token.str()) + " 2027-01-31T00:00:00Z\n"));
  // For programs.
  const Outcome json = Trainctl({"-o", "json", "token", "create", "bob", "--role", "reader"});
  const auto parsed = nlohmann::json::parse(json.out);
  EXPECT_EQ(parsed["line"], "bob reader default " + TokenHash(parsed["token"].get<std::string>()));
}

TEST(TrainctlToken, CreateSaysWhatIsWrong) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> wrong = {
      {{"alice", "--role", "boss"}, "boss"},
      {{"alice"}, "--role"},
      {{"al ice", "--role", "reader"}, "'al ice'"},
      {{"alice", "--role", "reader", "--tenant", "Acme"}, "'Acme'"},
      {{"alice", "--role", "reader", "--expires", "soon"}, "'soon'; must be a day"}};
  for (const auto& [arguments, says] : wrong) {
    std::vector<std::string> all = {"token", "create"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const Outcome outcome = Trainctl(all);
    EXPECT_EQ(outcome.code, 2);
    EXPECT_THAT(outcome.err, HasSubstr(says));
    EXPECT_EQ(outcome.out, "");
  }
}

TEST(TrainctlToken, IsNotSentToAnotherMachineWithoutTls) {
  setenv("TRAIND_TOKEN", "secret-token", 1);
  const Outcome refused = Trainctl({"--server", "192.0.2.1:50051", "job", "list"});
  unsetenv("TRAIND_TOKEN");
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("without TLS"), HasSubstr("--token-in-clear"), Not(HasSubstr("secret"))));
}

TEST(TrainctlToken, OneThatCannotBeReadIsSaidAndNotRepeated) {
  const std::string file = testing::TempDir() + "/token";
  std::ofstream(file) << "secret token";
  const Outcome bad_file = Trainctl({"--token-file", file, "job", "list"});
  EXPECT_EQ(bad_file.code, 2);
  EXPECT_THAT(bad_file.err, AllOf(HasSubstr(file), Not(HasSubstr("secret"))));
  setenv("TRAIND_TOKEN", "secret\n", 1);
  const Outcome bad_variable = Trainctl({"job", "list"});
  unsetenv("TRAIND_TOKEN");
  EXPECT_EQ(bad_variable.code, 2);
  EXPECT_THAT(bad_variable.err, AllOf(HasSubstr("TRAIND_TOKEN"), Not(HasSubstr("secret"))));
}

}  // namespace
}  // namespace traind::client
