// trainctl and the C++ client with a token, from its making to a model.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "client/cpp/client.h"
#include "tests/integration/access/token_server.h"

namespace traind {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Clients : public TokenServer {
 protected:
  ~Clients() override { unsetenv("TRAIND_TOKEN"); }

  CommandResult Trainctl(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "--server=" + traind_->grpc_address());
    return RunCommand(std::string(TRAIND_BINARY_DIR) + "/trainctl", arguments);
  }
};

TEST_F(Clients, ATokenThatTrainctlMadeLetsItIn) {
  const CommandResult made =
      RunCommand(std::string(TRAIND_BINARY_DIR) + "/trainctl",
                 {"-o", "json", "token", "create", "alice", "--role", "trainer", "--tenant=acme"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const auto token = nlohmann::json::parse(made.out);
  WriteFile(tokens_file_, token["line"].get<std::string>() + "\n");
  traind_ = std::make_unique<TraindProcess>(data_.path(), std::vector<std::string>{"--tokens_file=" + tokens_file_});

  const CommandResult without = Trainctl({"job", "list"});
  EXPECT_EQ(without.exit_code, 1);
  EXPECT_THAT(without.err, AllOf(HasSubstr("UNAUTHENTICATED"), HasSubstr("TRAIND_TOKEN"), HasSubstr("--token-file")));
  EXPECT_EQ(Trainctl({"health"}).exit_code, 0);

  setenv("TRAIND_TOKEN", token["token"].get<std::string>().c_str(), 1);
  const std::string examples = std::string(TRAIND_SOURCE_DIR) + "/examples/";
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"dataset", "create", "digits", "--csv", examples + "digits.csv", "--label", "label"},
           {"job", "create", "first", "--spec", examples + "digits.json", "--dataset", "digits", "--watch"},
           {"model", "predict", "first", "--held-out", "2"}}) {
    const CommandResult done = Trainctl(command);
    EXPECT_EQ(done.exit_code, 0) << done.err;
  }
  // A file comes before the variable.
  const std::string file = folder_.path() + "/wrong";
  WriteFile(file, "wrong\n");
  const CommandResult wrong = Trainctl({"--token-file", file, "job", "list"});
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_THAT(wrong.err, AllOf(HasSubstr("not valid"), Not(HasSubstr("wrong"))));
}

TEST_F(Clients, TheCppClientSendsItWithEveryKindOfCall) {
  Start();
  const client::Client with = client::Client::Connect(traind_->grpc_address(), {.token = "trainer-of-acme"});
  v1::CreateUploadRequest request;
  request.set_dataset_id("digits");
  request.mutable_format()->mutable_csv()->set_label_column("label");
  const std::string bytes = ReadSourceFile("examples/digits.csv");
  request.set_size_bytes(static_cast<int64_t>(bytes.size()));
  const auto source = [&](int64_t offset, absl::Span<char> into) -> absl::StatusOr<size_t> {
    return bytes.copy(into.data(), into.size(), static_cast<size_t>(offset));
  };
  const auto dataset = with.UploadDataset(request, source);
  ASSERT_TRUE(dataset.ok()) << dataset.status();
  EXPECT_EQ(dataset->tenant(), "acme");
  const auto job = with.CreateTrainingJob(As("")->DigitsJob("j"));
  ASSERT_TRUE(job.ok()) << job.status();
  int events = 0;
  EXPECT_TRUE(with.WatchTrainingJob(job->name(), 0, [&](const v1::TrainingEvent&) { ++events; }).ok());
  EXPECT_GT(events, 0);
  EXPECT_TRUE(with.GetModel("models/j").ok());
  EXPECT_TRUE(with.CheckHealth().ok());

  const client::Client without = client::Client::Connect(traind_->grpc_address());
  EXPECT_TRUE(absl::IsUnauthenticated(without.GetModel("models/j").status()));
  EXPECT_TRUE(absl::IsUnauthenticated(without.WatchTrainingJob("trainingJobs/j", 0, [](const auto&) {})));
}

}  // namespace
}  // namespace traind
