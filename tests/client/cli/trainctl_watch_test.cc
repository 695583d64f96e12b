// `trainctl job create --watch` and `trainctl job watch`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "absl/strings/str_split.h"
#include "tests/client/cli/fake_traind.h"
#include "tests/client/cli/trainctl_process.h"

namespace traind::client {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

class TrainctlWatchTest : public testing::Test {
 protected:
  std::vector<std::string> Arguments(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--server", traind_.server.address()});
    return arguments;
  }

  std::vector<std::string> Create(const std::string& id) {
    return Arguments(
        {"job", "create", id, "--spec", TRAIND_SOURCE_DIR "/examples/digits.json", "--dataset", "digits", "--watch"});
  }

  FakeTraind traind_;
};

TEST_F(TrainctlWatchTest, AJobThatSucceededIsExitCodeZero) {
  Outcome outcome = Trainctl(Create("succeeds"));
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("trainingJobs/succeeds on datasets/digits\nRUNNING\nepoch 1/2  loss 0.5000"),
                    HasSubstr("epoch 2/2"), HasSubstr("trainingJobs/succeeds SUCCEEDED\n"), HasSubstr("0.9833"),
                    HasSubstr("0.412"), HasSubstr("BF16_MIXED"), HasSubstr("models/succeeds"), HasSubstr("abcd"),
                    HasSubstr("\n\nval_confusion_matrix (")));
}

TEST_F(TrainctlWatchTest, AnyOtherEndIsExitCodeThree) {
  Outcome failed = Trainctl(Create("fails"));
  EXPECT_EQ(failed.code, 3);
  EXPECT_THAT(failed.err, HasSubstr("trainctl: trainingJobs/fails ended FAILED: the loss is NaN"));
  EXPECT_EQ(Trainctl(Arguments({"job", "watch", "cancelled"})).code, 3);
  EXPECT_EQ(Trainctl(Arguments({"job", "watch", "fails", "-o", "json"})).code, 3);
}

TEST_F(TrainctlWatchTest, JsonIsOneEventALineEachOnceOverABreak) {
  Outcome outcome = Trainctl(Arguments({"job", "watch", "succeeds", "-o", "json"}));
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  std::vector<std::string> lines = absl::StrSplit(outcome.out, '\n', absl::SkipEmpty());
  ASSERT_EQ(lines.size(), 3);
  EXPECT_EQ(json::parse(lines[0])["state_changed"]["state"], "RUNNING");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(json::parse(lines[i])["sequence"], std::to_string(i + 1));
}

TEST_F(TrainctlWatchTest, BeginsAfterTheGivenEvent) {
  Outcome outcome = Trainctl(Arguments({"job", "watch", "succeeds", "-o", "json", "--after-sequence", "2"}));
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(json::parse(outcome.out)["sequence"], "3");
}

TEST_F(TrainctlWatchTest, AJobThatIsNotThereFailsAtOnce) {
  Outcome outcome = Trainctl(Arguments({"job", "watch", "nope"}));
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("trainctl: cannot watch trainingJobs/nope"));
}

TEST_F(TrainctlWatchTest, EndsAtTheFirstFailedWrite) {
  for (const char* format : {"table", "json"}) {
    std::string command = "timeout 20 " TRAIND_BINARY_DIR "/trainctl job watch endless --server " +
                          traind_.server.address() + " -o " + format + " >/dev/full 2>/dev/null";
    EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 1) << format;
  }
}

TEST_F(TrainctlWatchTest, CtrlCSaysThatTheJobGoesOn) {
  TrainctlProcess process(Arguments({"job", "watch", "endless"}));
  while (!traind_.jobs.watched) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  process.Signal(SIGINT);
  EXPECT_EQ(process.Wait(), 130);
  EXPECT_THAT(process.Err(), AllOf(HasSubstr("trainingJobs/endless goes on"), HasSubstr("trainctl job watch endless"),
                                   HasSubstr("trainctl job cancel endless")));
}

}  // namespace
}  // namespace traind::client
