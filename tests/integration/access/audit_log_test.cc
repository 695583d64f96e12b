// The audit log: who did what, and who was refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/integration/access/token_server.h"

namespace traind {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class Audit : public TokenServer {
 protected:
  Audit() : log_(folder_.path() + "/audit.jsonl") {}

  static std::string Read(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  // The lines of a file, once there are that many.
  static std::vector<nlohmann::json> Lines(const std::string& path, size_t count) {
    std::vector<nlohmann::json> lines;
    for (const absl::Time end = absl::Now() + absl::Seconds(10); absl::Now() < end;
         absl::SleepFor(absl::Milliseconds(20))) {
      lines.clear();
      std::ifstream file(path);
      for (std::string line; std::getline(file, line);) lines.push_back(nlohmann::json::parse(line));
      if (lines.size() >= count) break;
    }
    EXPECT_EQ(lines.size(), count) << path;
    return lines;
  }
  // Who, what, on what and how it ended.
  static std::string Summary(const nlohmann::json& line) {
    return absl::StrCat(line["name"].get<std::string>(), " ", line["role"].get<std::string>(), " ",
                        line["tenant"].get<std::string>(), " ", line["method"].get<std::string>(), " ",
                        line["resource"].get<std::string>(), " ", line["code"].get<std::string>());
  }
  static void Cancel(ServiceStubs& stubs, const std::string& name) {
    v1::CancelTrainingJobRequest request;
    request.set_name(name);
    v1::TrainingJob job;
    stubs.training().CancelTrainingJob(stubs.NewContext(), request, &job);
  }

  const std::string log_;
};

TEST_F(Audit, TellsWhoChangedWhatAndWhoWasRefused) {
  Start({"--audit_log=" + log_});
  const Targets targets = MakeWhatAcmeHas();  // three creations
  const std::unique_ptr<ServiceStubs> reader = As("reader-of-acme");
  reader->GetJob("trainingJobs/j");
  Cancel(*reader, "trainingJobs/j");
  Cancel(*As("wrong"), "trainingJobs/j");
  Cancel(*As("trainer-of-beta"), "trainingJobs/j\n\"x\"");
  Cancel(*As("trainer-of-beta"), "trainingJobs/j");
  const std::vector<nlohmann::json> lines = Lines(log_, 7);
  std::vector<std::string> summaries;
  for (const nlohmann::json& line : lines) summaries.push_back(Summary(line));
  const std::string trainer = "its-trainer-of-acme trainer acme traind.v1.";
  const std::string cancel = " traind.v1.TrainingService/CancelTrainingJob trainingJobs/j";
  EXPECT_THAT(summaries, ElementsAre(trainer + "DatasetService/CreateDataset datasets/digits OK",
                                     trainer + "TrainingService/CreateTrainingJob trainingJobs/j OK",
                                     trainer + "DatasetService/CreateUpload datasets/to-be OK",
                                     "its-reader-of-acme reader acme" + cancel + " PERMISSION_DENIED",
                                     "  " + cancel + " UNAUTHENTICATED",
                                     "its-trainer-of-beta trainer beta" + cancel + "\n\"x\" INVALID_ARGUMENT",
                                     "its-trainer-of-beta trainer beta" + cancel + " NOT_FOUND"));
  absl::Time time;
  std::string error;
  ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, lines[0]["time"].get<std::string>(), &time, &error)) << error;
  EXPECT_LT(absl::Now() - time, absl::Minutes(5));
  EXPECT_THAT(lines[0]["peer"].get<std::string>(), HasSubstr("127.0.0.1"));
  // No secret is in it; what a client wrote is one line still.
  const std::string text = Read(log_);
  for (const char* secret : {"wrong", " trainer-of-beta", "\"trainer-of-beta", "Bearer"})
    EXPECT_THAT(text, Not(HasSubstr(secret)));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 7);
}

TEST_F(Audit, AStreamIsALine) {
  Start({"--audit_log=" + log_});
  const Targets targets = MakeWhatAcmeHas();
  for (const MethodCall& call : EveryMethod()) {
    if (call.method == "traind.v1.DatasetService/WriteUpload") call.call(*As("trainer-of-acme"), targets);
    if (call.method == "traind.v1.TrainingService/WatchTrainingJob") call.call(*As("nobody"), targets);
  }
  const std::vector<nlohmann::json> lines = Lines(log_, 5);
  EXPECT_THAT(Summary(lines[3]),
              AllOf(StartsWith("its-trainer-of-acme trainer acme traind.v1.DatasetService/WriteUpload uploads/"),
                    HasSubstr(targets.upload)));
  EXPECT_EQ(Summary(lines[4]), "   traind.v1.TrainingService/WatchTrainingJob trainingJobs/j UNAUTHENTICATED");
}

TEST_F(Audit, AFileThatWasRotatedIsMadeAnew) {
  Start({"--audit_log=" + log_});
  Cancel(*As("trainer-of-acme"), "trainingJobs/one");
  Lines(log_, 1);
  std::filesystem::rename(log_, log_ + ".1");
  Cancel(*As("trainer-of-acme"), "trainingJobs/two");
  EXPECT_EQ(Lines(log_, 1)[0]["resource"], "trainingJobs/two");
  EXPECT_EQ(Lines(log_ + ".1", 1)[0]["resource"], "trainingJobs/one");
}

TEST_F(Audit, ADiskThatTakesNoMoreStopsNothing) {
  Start({"--audit_log=/dev/full"});
  const std::unique_ptr<ServiceStubs> acme = As("trainer-of-acme");
  acme->CreateDigits();
  for (int i = 0; i < 500 && Metric("traind_audit_lines_lost_total{reason=\"not_written\"}") < 1; ++i) {
    absl::SleepFor(absl::Milliseconds(20));
  }
  EXPECT_EQ(Metric("traind_audit_lines_lost_total{reason=\"not_written\"}"), 1);
}

TEST_F(Audit, StrangersDoNotFillTheDisk) {
  Start({"--audit_log=" + log_});
  const std::unique_ptr<ServiceStubs> stranger = As("wrong");
  for (int i = 0; i < 1000; ++i) Cancel(*stranger, "trainingJobs/j");
  const double lost = Metric("traind_audit_lines_lost_total{reason=\"strangers\"}");
  EXPECT_GT(lost, 0);
  Lines(log_, 1000 - static_cast<size_t>(lost));
}

TEST_F(Audit, WithoutTokensItTellsWhatButNotWho) {
  traind_ = std::make_unique<TraindProcess>(data_.path(), std::vector<std::string>{"--audit_log=" + log_});
  As("")->CreateDigits();
  EXPECT_EQ(Summary(Lines(log_, 1)[0]), " admin default traind.v1.DatasetService/CreateDataset datasets/digits OK");
}

TEST_F(Audit, AFileThatCannotBeOpenedIsSaidAtTheStart) {
  const CommandResult result = RunCommand(std::string(TRAIND_BINARY_DIR) + "/traind",
                                          {"--grpc_address=127.0.0.1:0", "--metrics_address=127.0.0.1:0",
                                           "--data_dir=" + data_.path(), "--audit_log=/none/audit"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("--audit_log"), HasSubstr("/none/audit"), HasSubstr("No such file")));
}

}  // namespace
}  // namespace traind
