// What the real server logs: its forms, the ids of jobs and calls, and the level while it runs.
#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <signal.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/integration/service_stubs.h"
#include "tests/integration/traind_process.h"

namespace traind {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;

constexpr char kKey[] = "x-request-id";

class Logs : public ::testing::Test {
 protected:
  void Start(std::vector<std::string> flags = {}) {
    traind_.emplace(folder_.path() + "/data", std::move(flags), TraindProcess::Start::kMust, LogPath());
    stubs_.emplace(traind_->Connect());
  }
  std::string LogPath() const { return folder_.path() + "/log"; }

  std::vector<std::string> Lines() const {
    std::vector<std::string> lines;
    std::ifstream file(LogPath());
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }
  std::vector<std::string> LinesWith(const std::string& text) const {
    std::vector<std::string> lines = Lines();
    std::erase_if(lines, [&](const std::string& line) { return !absl::StrContains(line, text); });
    return lines;
  }
  // Waits, no longer than ten seconds, for a line.
  bool Says(const std::string& text) const {
    for (int i = 0; i < 100 && LinesWith(text).empty(); ++i) absl::SleepFor(absl::Milliseconds(100));
    return !LinesWith(text).empty();
  }
  // A call for a job that is not there; the id that the answer has.
  std::string IdOfFailedCall(const std::string& asked = "") {
    grpc::ClientContext* context = stubs_->NewContext();
    if (!asked.empty()) context->AddMetadata(kKey, asked);
    v1::GetTrainingJobRequest request;
    request.set_name("trainingJobs/none");
    v1::TrainingJob job;
    const grpc::Status status = stubs_->training().GetTrainingJob(context, request, &job);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
    google::rpc::Status details;
    google::rpc::RequestInfo info;
    EXPECT_TRUE(details.ParseFromString(status.error_details()));
    for (const google::protobuf::Any& detail : details.details()) detail.UnpackTo(&info);
    const auto& trailer = context->GetServerTrailingMetadata();
    EXPECT_EQ(trailer.count(kKey), 1U);
    const auto found = trailer.find(kKey);
    const std::string id = found == trailer.end() ? "" : std::string(found->second.data(), found->second.size());
    EXPECT_EQ(info.request_id(), id);
    return id;
  }
  // Trains, under the request id `train-it` if the call is told so.
  void Train(const std::string& job_id) {
    stubs_->CreateDigits();
    grpc::ClientContext* context = stubs_->NewContext();
    context->AddMetadata(kKey, "train-it");
    v1::TrainingJob job;
    ASSERT_TRUE(ServiceStubs::Ok(stubs_->training().CreateTrainingJob(context, stubs_->DigitsJob(job_id), &job)));
    EXPECT_EQ(stubs_->WaitForEnd(job.name()).state(), v1::TrainingJob::SUCCEEDED);
  }

  TemporaryFolder folder_;
  std::optional<TraindProcess> traind_;
  std::optional<ServiceStubs> stubs_;
};

TEST_F(Logs, TextWithTheIdsOfJobAndCall) {
  Start();
  Train("first");
  ASSERT_TRUE(Says("SUCCEEDED"));
  const std::string time = "20[0-9-]+T[0-9:]+\\.[0-9]{3}Z ";
  EXPECT_THAT(LinesWith("accepted"),
              ::testing::ElementsAre(MatchesRegex(time + "info accepted job=first request_id=train-it")));
  EXPECT_THAT(LinesWith("attempt 1"),
              ::testing::ElementsAre(MatchesRegex(time + "info attempt 1 starts on .* job=first")));
  EXPECT_THAT(LinesWith("SUCCEEDED"), ::testing::ElementsAre(MatchesRegex(time + "info SUCCEEDED after .* job=first")));
  // Of 20 epochs and hundreds of steps, nothing.
  EXPECT_LT(Lines().size(), 10U);
}

TEST_F(Logs, JsonLines) {
  Start({"--log_format=json"});
  Train("first");
  ASSERT_TRUE(Says("SUCCEEDED"));
  EXPECT_EQ(traind_->Terminate(), 0);
  int of_job = 0;
  for (const std::string& line : Lines()) {
    const nlohmann::json parsed = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    ASSERT_TRUE(parsed.is_object()) << line;
    EXPECT_TRUE(parsed.contains("time") && parsed.contains("level") && parsed.contains("message")) << line;
    of_job += parsed.value("job", "") == "first";
    if (parsed["message"] == "accepted") {
      EXPECT_EQ(parsed.value("request_id", ""), "train-it");
    }
  }
  EXPECT_EQ(of_job, 3);
}

TEST_F(Logs, ACallHasTheIdThatItAsksForIfThatIsSane) {
  Start();
  EXPECT_EQ(IdOfFailedCall("5f0c-A.b_c~d:e/f+g="), "5f0c-A.b_c~d:e/f+g=");
  const std::string first = IdOfFailedCall();
  EXPECT_THAT(first, MatchesRegex("[0-9a-f]{32}"));
  EXPECT_NE(IdOfFailedCall(), first);
  EXPECT_THAT(IdOfFailedCall("two words"), MatchesRegex("[0-9a-f]{32}"));
  EXPECT_THAT(IdOfFailedCall("\"},{\"level\":\"error"), MatchesRegex("[0-9a-f]{32}"));
  EXPECT_THAT(IdOfFailedCall(std::string(65, 'a')), MatchesRegex("[0-9a-f]{32}"));
  EXPECT_EQ(IdOfFailedCall(std::string(64, 'a')), std::string(64, 'a'));
}

TEST_F(Logs, StreamsAndGoodAnswersHaveOneToo) {
  Start();
  stubs_->CreateDigits();
  grpc::ClientContext* context = stubs_->NewContext();
  v1::ListDatasetsResponse response;
  ASSERT_TRUE(ServiceStubs::Ok(stubs_->datasets().ListDatasets(context, v1::ListDatasetsRequest(), &response)));
  EXPECT_EQ(context->GetServerTrailingMetadata().count(kKey), 1U);

  v1::WatchTrainingJobRequest request;
  request.set_name("trainingJobs/none");
  context = stubs_->NewContext();
  context->AddMetadata(kKey, "a-watch");
  const auto reader = stubs_->training().WatchTrainingJob(context, request);
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::NOT_FOUND);
  const auto& trailer = context->GetServerTrailingMetadata();
  ASSERT_EQ(trailer.count(kKey), 1U);
  EXPECT_EQ(trailer.find(kKey)->second, "a-watch");
}

TEST_F(Logs, AMethodThatThereIsNotHasOneTooAndHarmsNobody) {
  Start();
  grpc::ClientContext* context = stubs_->NewContext();
  grpc::CompletionQueue queue;
  const auto call =
      grpc::GenericStub(traind_->Connect()).PrepareUnaryCall(context, "/no.Such/Method", grpc::ByteBuffer(), &queue);
  call->StartCall();
  grpc::ByteBuffer response;
  grpc::Status status;
  call->Finish(&response, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(context->GetServerTrailingMetadata().count(kKey), 1U);
  queue.Shutdown();
  IdOfFailedCall();
  EXPECT_EQ(traind_->Terminate(), 0);
}

TEST_F(Logs, TrainctlShowsTheIdOfAnError) {
  Start({"--log_level=debug"});
  const CommandResult result = RunCommand(absl::StrCat(TRAIND_BINARY_DIR, "/trainctl"),
                                          {"--server", traind_->grpc_address(), "job", "get", "none"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, ContainsRegex("\nrequest id: [0-9a-f]+\n"));
  const std::string id = result.err.substr(result.err.rfind(": ") + 2, 32);
  EXPECT_TRUE(Says(absl::StrCat("request_id=", id)));
}

TEST_F(Logs, TheLevelChangesWhileItRuns) {
  Start();
  const auto send = [&](int number, const std::string& level) {
    kill(traind_->pid(), number);
    EXPECT_TRUE(Says(absl::StrCat("the log level is ", level)));
  };
  IdOfFailedCall("at-info");
  send(SIGUSR1, "debug");
  IdOfFailedCall("at-debug");
  EXPECT_TRUE(Says("/traind.v1.TrainingService/GetTrainingJob NOT_FOUND after"));
  EXPECT_THAT(LinesWith("at-debug"), Not(IsEmpty()));
  EXPECT_THAT(LinesWith("at-info"), IsEmpty());
  send(SIGUSR2, "info");
  send(SIGUSR2, "warn");
  EXPECT_EQ(traind_->Terminate(), 0);
  EXPECT_THAT(LinesWith("stopped"), IsEmpty());
}

TEST_F(Logs, FromTheStartAsQuietAsItIsTold) {
  Start({"--log_level=warn"});
  EXPECT_EQ(traind_->Terminate(), 0);
  EXPECT_THAT(Lines(), IsEmpty());
}

TEST(LogFlags, NamesThatThereAreNot) {
  const CommandResult result =
      RunCommand(absl::StrCat(TRAIND_BINARY_DIR, "/traind"), {"--log_format=xml", "--log_level=loud"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("--log_format: 'xml'; must be text or json"),
                                HasSubstr("--log_level: 'loud'; must be debug, info, warn or error")));
}

}  // namespace
}  // namespace traind
