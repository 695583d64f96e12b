// What trainctl prints and how it exits, but for watches.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "absl/strings/str_split.h"
#include "tests/client/cli/fake_traind.h"
#include "tests/client/cli/trainctl_process.h"

namespace traind::client {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ContainsRegex;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr char kSpec[] = TRAIND_SOURCE_DIR "/examples/digits.json";

class TrainctlTest : public testing::Test {
 protected:
  Outcome Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--server", traind_.server.address()});
    return Trainctl(arguments);
  }

  // Every line of `text` as JSON.
  static std::vector<json> Lines(const std::string& text) {
    std::vector<json> lines;
    for (const std::string& line : std::vector<std::string>(absl::StrSplit(text, '\n', absl::SkipEmpty()))) {
      lines.push_back(json::parse(line));
    }
    return lines;
  }

  std::string WriteFile(const std::string& text) {
    std::ofstream(path_) << text;
    return path_;
  }

  ~TrainctlTest() override { std::remove(path_.c_str()); }

  FakeTraind traind_;
  std::string path_ = testing::TempDir() + "/trainctl_test_" + std::to_string(getpid()) + ".csv";
};

TEST_F(TrainctlTest, CreatesADataset) {
  std::string csv = WriteFile("x,label\n1,2\n");
  Outcome outcome = Run({"dataset", "create", "datasets/digits", "--csv", csv, "--label", "label", "-o", "json"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(json::parse(outcome.out)["name"], "datasets/digits");
  EXPECT_EQ(json::parse(outcome.out)["row_count"], "1797");
  EXPECT_EQ(traind_.datasets.created.dataset_id(), "digits");
  EXPECT_EQ(traind_.datasets.created.format().csv().label_column(), "label");
  EXPECT_EQ(traind_.datasets.created.format().task(), v1::Dataset::CLASSIFICATION);
  EXPECT_EQ(traind_.datasets.created.data(), "x,label\n1,2\n");

  EXPECT_EQ(Run({"dataset", "create", "d", "--csv", csv, "--label", "label", "--task", "regression"}).code, 0);
  EXPECT_EQ(traind_.datasets.created.format().task(), v1::Dataset::REGRESSION);

  ASSERT_EQ(Run({"dataset", "create", "--label", "u", "--label", "v,w", "d", "--csv", csv, "--task", "regression",
                 "--weight", "w"})
                .code,
            0);
  EXPECT_EQ(traind_.datasets.created.format().csv().weight_column(), "w");
  EXPECT_EQ(traind_.datasets.created.format().csv().label_column(), "");
  EXPECT_THAT(traind_.datasets.created.format().csv().label_columns(), testing::ElementsAre("u", "v,w"));

  ASSERT_EQ(Run({"dataset", "create", "d", "--csv", csv, "--column", "a=b=categorical", "--column", "y=label"}).code,
            0);
  const v1::Csv& said = traind_.datasets.created.format().csv();
  ASSERT_EQ(said.columns_size(), 2);
  EXPECT_EQ(said.columns(0).name(), "a=b");
  EXPECT_EQ(said.columns(0).kind(), v1::Column::CATEGORICAL);
  EXPECT_EQ(said.columns(1).kind(), v1::Column::LABEL);
}

TEST_F(TrainctlTest, CreatesADatasetFromAPipe) {
  std::string create = " | " TRAIND_BINARY_DIR "/trainctl dataset create digits --label label --server " +
                       traind_.server.address() + " --csv /dev/stdin >/dev/null 2>" + WriteFile("");
  EXPECT_EQ(WEXITSTATUS(std::system(("(echo x,label; sleep 0.1; echo 1,2)" + create).c_str())), 0);
  EXPECT_EQ(traind_.datasets.created.data(), "x,label\n1,2\n");
  EXPECT_EQ(WEXITSTATUS(std::system(("true" + create).c_str())), 1);
  std::ifstream error(path_);
  EXPECT_THAT(std::string(std::istreambuf_iterator<char>(error), {}), HasSubstr("/dev/stdin is empty"));

  EXPECT_THAT(Run({"dataset", "create", "d", "--csv", "/dev/null", "--label", "l"}).err,
              HasSubstr("/dev/null is empty (INVALID_ARGUMENT)"));
  EXPECT_THAT(Run({"dataset", "create", "d", "--csv", "/dev/zero", "--label", "l"}).err,
              HasSubstr("/dev/zero is no regular file and gives more than 268435456 bytes; save it as a file first"));
}

TEST_F(TrainctlTest, GetsADatasetByEitherName) {
  for (const char* name : {"digits", "datasets/digits"}) {
    Outcome outcome = Run({"dataset", "get", name});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_THAT(outcome.out, AllOf(HasSubstr("datasets/digits"), HasSubstr("1797"), HasSubstr("CLASSIFICATION")));
  }
  // A name may be a command's.
  EXPECT_EQ(Run({"dataset", "get", "list"}).code, 0);
}

TEST_F(TrainctlTest, ListsAllPages) {
  Outcome table = Run({"dataset", "list"});
  EXPECT_EQ(table.code, 0);
  EXPECT_THAT(table.out, AllOf(StartsWith("NAME"), HasSubstr("datasets/digits"), HasSubstr("datasets/iris")));
  std::vector<json> lines = Lines(Run({"dataset", "list", "-o", "json"}).out);
  ASSERT_EQ(lines.size(), 2);
  EXPECT_EQ(lines[1]["name"], "datasets/iris");
}

TEST_F(TrainctlTest, ListsTheFiguresOfTheWeightsThatWereKept) {
  Outcome list = Run({"job", "list"});
  EXPECT_EQ(list.code, 0) << list.err;
  EXPECT_THAT(list.out, AllOf(ContainsRegex("trainingJobs/b .* 0\\.7500 +2\n"),
                              ContainsRegex("trainingJobs/a .* 0\\.6250 +2\n")));
}

TEST_F(TrainctlTest, ShowsTheConfusionMatrixOfAJobAndOfAModel) {
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"job", "get", "succeeds"}, {"model", "get", "first"}}) {
    Outcome outcome = Run(command);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_THAT(outcome.out, EndsWith("\n\nval_confusion_matrix (a row a true class, a column a predicted one)\n"
                                      "     no  yes\n"
                                      "no   70    2\n"
                                      "yes   3   65\n"));
  }
}

TEST_F(TrainctlTest, GlobalOptionsWorkOnBothSides) {
  std::string server = traind_.server.address();
  EXPECT_EQ(Trainctl({"-o", "json", "--server", server, "job", "list"}).out,
            Trainctl({"job", "list", "-o", "json", "--server", server}).out);
  ASSERT_EQ(setenv("TRAIND_SERVER", server.c_str(), 1), 0);
  EXPECT_EQ(Lines(Trainctl({"job", "list", "-o", "json"}).out).size(), 2);
  unsetenv("TRAIND_SERVER");
}

TEST_F(TrainctlTest, CreatesAJob) {
  Outcome outcome =
      Run({"job", "create", "first", "--spec", kSpec, "--dataset", "digits", "--request-id", "r", "-o", "json"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  json job = json::parse(outcome.out);
  EXPECT_EQ(job["name"], "trainingJobs/first");
  EXPECT_EQ(job["state"], "QUEUED");
  EXPECT_EQ(job["progress"]["step"], "0");
  EXPECT_EQ(traind_.jobs.created.training_job_id(), "first");
  EXPECT_EQ(traind_.jobs.created.training_job().dataset(), "datasets/digits");
  EXPECT_EQ(traind_.jobs.created.training_job().spec().epochs(), 20);
  EXPECT_EQ(traind_.jobs.created.request_id(), "r");
  EXPECT_FALSE(traind_.jobs.created.validate_only());
}

TEST_F(TrainctlTest, OnlyValidates) {
  Outcome outcome = Run({"job", "create", "--spec", kSpec, "--dataset", "digits", "--validate-only"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("is valid for datasets/digits"));
  EXPECT_TRUE(traind_.jobs.created.validate_only());
  EXPECT_EQ(traind_.jobs.created.training_job().validation_dataset(), "");
}

TEST_F(TrainctlTest, NamesAValidationDataset) {
  Outcome outcome =
      Run({"job", "create", "first", "--spec", kSpec, "--dataset", "digits", "--validation-dataset", "later"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(traind_.jobs.created.training_job().validation_dataset(), "datasets/later");
  EXPECT_NE(Run({"job", "create", "x", "--spec", kSpec, "--dataset", "d", "--validation-dataset", "models/m"}).code, 0);
}

TEST_F(TrainctlTest, ListsEveryFieldViolation) {
  Outcome outcome = Run({"job", "create", "invalid", "--spec", kSpec, "--dataset", "digits"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err, "trainctl: cannot create job invalid from " + std::string(kSpec) +
                             ": 2 fields are invalid (INVALID_ARGUMENT)\n"
                             "  spec.model.layers[3].dense.units: is 0; must be 1 to 65536\n"
                             "  spec.epochs: is -1; must be 1 to 100000\n");
}

TEST_F(TrainctlTest, ErrorsTellTheNextStep) {
  EXPECT_THAT(Run({"job", "create", "x", "--spec", kSpec, "--dataset", "nope"}).err,
              HasSubstr("trainctl dataset list"));
  EXPECT_THAT(Run({"job", "get", "nope"}).err, AllOf(HasSubstr("NOT_FOUND"), HasSubstr("trainctl job list")));
  EXPECT_THAT(Run({"job", "create", "full", "--spec", kSpec, "--dataset", "digits"}).err, HasSubstr("Try again in 5s"));
  std::string csv = WriteFile("x,label\n1,2\n");
  EXPECT_THAT(Run({"dataset", "create", "taken", "--csv", csv, "--label", "label"}).err,
              HasSubstr("trainctl dataset delete"));
}

TEST_F(TrainctlTest, AsksWhetherAServerThatIsAwayRuns) {
  Outcome outcome = Trainctl({"job", "list", "--server", "127.0.0.1:1"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, AllOf(StartsWith("trainctl: cannot list jobs: "), HasSubstr("(UNAVAILABLE)\n"),
                                 HasSubstr("Is traind running at 127.0.0.1:1? Start it with: traind")));
}

TEST_F(TrainctlTest, FaultsOfTheSpecFileNameFileAndPlace) {
  std::string path = WriteFile("");
  EXPECT_THAT(Run({"job", "create", "--spec", path, "--dataset", "digits"}).err, HasSubstr(".yaml"));
  Outcome missing = Run({"job", "create", "--spec", "/nowhere.yaml", "--dataset", "digits"});
  EXPECT_EQ(missing.code, 1);
  EXPECT_THAT(missing.err, HasSubstr("/nowhere.yaml"));
}

TEST_F(TrainctlTest, AWrongCommandLineIsExitCodeTwo) {
  for (std::vector<std::string> arguments : std::vector<std::vector<std::string>>{
           {},
           {"frobnicate"},
           {"dataset"},
           {"dataset", "get"},
           {"dataset", "get", "models/x"},
           {"dataset", "get", "\xff"},
           {"dataset", "list", "-o", "xml"},
           {"dataset", "create", "x", "--csv", "f", "--label", "l", "--task", "poetry"},
           {"dataset", "create", "x", "--csv", "f", "--label", "l", "--column", "a=text"},
           {"dataset", "create", "x", "--csv", "f", "--label", "l", "--column", "=numeric"},
           {"dataset", "create", "x", "--csv", "f", "--label", "l", "--column", "numeric"},
           {"job", "create", "--dataset", "digits"},
           {"job", "create", "--spec", "x.json", "--dataset", "d", "--watch", "--validate-only"},
           {"job", "watch", "x", "--after-sequence", "-1"},
           {"model", "predict", "first"},
           {"model", "predict", "first", "--csv", "f", "--held-out", "1"},
           {"model", "predict", "first", "--held-out", "0"},
           {"job", "watch", "x", "--after-sequence", "99999999999999999999"},
           {"--timeout", "0", "job", "list"},
           {"--timeout", "-1", "job", "list"},
           {"--timeout", "nan", "job", "list"},
           {"--timeout", "inf", "job", "list"},
           {"--server", "", "job", "list"},
           {"--server", "localhost", "job", "list"},
           {"--server", "localhost:", "job", "list"},
           {"--server", "localhost:65536", "job", "list"},
           {"--server", ":50051", "job", "list"},
           {"--server", "::1", "job", "list"},
           {"--server", "http://localhost:50051", "job", "list"}}) {
    Outcome outcome = Trainctl(arguments);
    EXPECT_EQ(outcome.code, 2) << testing::PrintToString(arguments) << outcome.out;
    EXPECT_THAT(outcome.err, testing::Not(IsEmpty()));
    EXPECT_EQ(outcome.out, "");
  }
}

TEST_F(TrainctlTest, NamesAMisspeltCommand) {
  EXPECT_THAT(Trainctl({"jobs", "list"}).err, StartsWith("'jobs' is no command\n"));
  EXPECT_THAT(Trainctl({"job", "crate", "x"}).err, StartsWith("'crate' is no command\n"));
  EXPECT_THAT(Trainctl({"job", "create", "x", "--dataset", "d"}).err, HasSubstr("--spec is required"));
  EXPECT_THAT(Trainctl({"job"}).err, StartsWith("A subcommand is required"));
}

TEST_F(TrainctlTest, SaysWhatAnOptionMayBe) {
  EXPECT_THAT(Trainctl({"--server", "localhost", "job", "list"}).err,
              HasSubstr("--server: is 'localhost'; must be HOST:PORT, such as 127.0.0.1:50051"));
  EXPECT_THAT(Trainctl({"--timeout", "nan", "job", "list"}).err,
              HasSubstr("--timeout: is 'nan'; must be a number from 0.001 to 86400"));
  EXPECT_THAT(Trainctl({"job", "watch", "x", "--after-sequence", "-1"}).err,
              HasSubstr("--after-sequence: is '-1'; must be a whole number from 0 to 9223372036854775807"));
}

TEST_F(TrainctlTest, TakesEveryKindOfServerAddress) {
  for (const char* server : {"[::1]:1", "dns:///localhost:1", "ipv4:127.0.0.1:1", "unix:/nowhere"}) {
    Outcome outcome = Trainctl({"--server", server, "job", "list"});
    EXPECT_EQ(outcome.code, 1) << server;
    EXPECT_THAT(outcome.err, HasSubstr("(UNAVAILABLE)")) << server;
  }
}

TEST_F(TrainctlTest, EveryCommandHasHelpWithAnExample) {
  for (const char* command :
       {"",           "dataset",  "dataset create", "dataset list", "dataset get",  "dataset delete", "job",
        "job create", "job list", "job get",        "job watch",    "job cancel",   "job pause",      "job resume",
        "job delete", "model",    "model list",     "model get",    "model delete", "model predict",  "health"}) {
    std::vector<std::string> arguments = absl::StrSplit(command, ' ', absl::SkipEmpty());
    arguments.push_back("--help");
    Outcome outcome = Trainctl(arguments);
    EXPECT_EQ(outcome.code, 0);
    EXPECT_THAT(outcome.out, testing::ContainsRegex("Examples?:\n  trainctl " + std::string(command)));
  }
}

TEST_F(TrainctlTest, PausesAndResumes) {
  EXPECT_EQ(Run({"job", "pause", "x"}).out, "trainingJobs/x is PAUSING\n");
  EXPECT_EQ(Run({"job", "resume", "x"}).out, "trainingJobs/x is QUEUED\n");
  EXPECT_EQ(json::parse(Run({"job", "resume", "x", "-o", "json"}).out)["state"], "QUEUED");
  const Outcome refused = Run({"job", "resume", "endless"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("cannot be resumed (FAILED_PRECONDITION)"));
}

TEST_F(TrainctlTest, CancelsAndDeletes) {
  EXPECT_EQ(Run({"job", "cancel", "x"}).out, "trainingJobs/x is CANCELLING\n");
  EXPECT_EQ(json::parse(Run({"job", "cancel", "x", "-o", "json"}).out)["state"], "CANCELLING");
  EXPECT_EQ(Run({"job", "delete", "x"}).out, "deleted trainingJobs/x\n");
  EXPECT_EQ(Run({"dataset", "delete", "digits"}).out, "deleted datasets/digits\n");
  EXPECT_EQ(json::parse(Run({"model", "delete", "first", "-o", "json"}).out), json::object());
  Outcome refused = Run({"job", "delete", "endless"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("cancel it first (FAILED_PRECONDITION)"));
}

TEST_F(TrainctlTest, PredictsTheRowsOfAFile) {
  std::string csv = WriteFile("label,b,a\nx,0,1\nx,0,-1\n");
  Outcome table = Run({"model", "predict", "first", "--csv", csv});
  EXPECT_EQ(table.code, 0) << table.err;
  EXPECT_EQ(table.out,
            "    ROW  PREDICTED  PROBABILITY\n"
            "      0  yes             0.7500\n"
            "      1  no              0.7500\n");
  std::vector<json> lines = Lines(Run({"model", "predict", "first", "--csv", csv, "-o", "json"}).out);
  ASSERT_EQ(lines.size(), 2);
  EXPECT_EQ(lines[0]["class_name"], "yes");
  EXPECT_EQ(lines[1]["class_index"], 0);
}

TEST_F(TrainctlTest, PredictsAFileOfSeveralBatches) {
  std::string csv = "a,b\n";
  for (int i = 0; i < 25'000; ++i) csv += i % 3 == 0 ? "1,0\n" : "-1,0\n";
  std::vector<json> lines = Lines(Run({"model", "predict", "first", "--csv", WriteFile(csv), "-o", "json"}).out);
  ASSERT_EQ(lines.size(), 25'000);
  for (int i = 0; i < 25'000; ++i) ASSERT_EQ(lines[i]["class_name"], i % 3 == 0 ? "yes" : "no") << i;
}

TEST_F(TrainctlTest, ShowsHeldOutRowsBesideTheirLabels) {
  Outcome outcome = Run({"model", "predict", "first", "--held-out", "100000"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out,
            "    ROW  PREDICTED  PROBABILITY  LABEL\n"
            "      0  no              0.7500  no\n"
            "     10  yes             0.7500  yes\n"
            "     20  no              0.7500  yes        wrong\n"
            "     30  yes             0.7500  yes\n"
            "accuracy 0.7500 (3 of 4 rows)\n");
  std::vector<json> lines = Lines(Run({"model", "predict", "first", "--held-out", "2", "-o", "json"}).out);
  ASSERT_EQ(lines.size(), 2);
  EXPECT_EQ(lines[1]["dataset_row"], "10");
  EXPECT_EQ(lines[1]["label"], "yes");
}

TEST_F(TrainctlTest, ShowsPredictedNumbersBesideTheRightOnes) {
  Outcome table = Run({"model", "predict", "prices", "--held-out", "10"});
  EXPECT_EQ(table.code, 0) << table.err;
  EXPECT_EQ(table.out,
            "    ROW  PREDICTED                     LABEL\n"
            "      4  -1.23457e-05, 3.5             0, 3\n"
            "mean absolute error 0.250006 (1 rows)\n");
}

TEST_F(TrainctlTest, AFailedWriteIsAFailure) {
  EXPECT_EQ(WEXITSTATUS(std::system((TRAIND_BINARY_DIR "/trainctl dataset list --server " + traind_.server.address() +
                                     " >/dev/full 2>/dev/null")
                                        .c_str())),
            1);
}

}  // namespace
}  // namespace traind::client
