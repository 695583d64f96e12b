#include "server/storage/record_json.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "gtest/gtest.h"
#include "server/storage/enum_names.h"
#include "server/storage/event_json.h"
#include "server/storage/unreadable_value.h"

namespace traind {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Metrics ThereAndBack(const Metrics& metrics) { return MetricsOf(nlohmann::json::parse(ToText(ToJson(metrics)))); }

TEST(RecordJsonTest, NumbersComeBackBitForBit) {
  const Metrics metrics = {{"a", 0.1},        {"b", 1.0 / 3},  {"c", 1e-310},
                           {"d", -0.0},       {"e", 5e300},    {"f", kInfinity},
                           {"g", -kInfinity}, {"h", 1u << 31}, {"i", 0.30000000000000004}};
  EXPECT_EQ(ThereAndBack(metrics), metrics);
  EXPECT_TRUE(std::signbit(ThereAndBack(metrics).at("d")));
}

TEST(RecordJsonTest, ALossThatIsNaNStaysNaN) {
  EXPECT_TRUE(std::isnan(ThereAndBack({{"loss", std::nan("")}}).at("loss")));
}

TEST(RecordJsonTest, BytesThatAreNoTextAreReplaced) {
  EXPECT_EQ(NamesOfText(NamesToText({"a\xff", "b"})), (std::vector<std::string>{"a\xEF\xBF\xBD", "b"}));
}

TEST(RecordJsonTest, EnumsComeBack) {
  for (JobState state : {JobState::kQueued, JobState::kRunning, JobState::kPausing, JobState::kPaused,
                         JobState::kCancelling, JobState::kSucceeded, JobState::kFailed, JobState::kCancelled}) {
    EXPECT_EQ(JobStateOf(Name(state)), state);
  }
  for (JobErrorReason reason :
       {JobErrorReason::kDiverged, JobErrorReason::kDataLoss, JobErrorReason::kResourceExhausted,
        JobErrorReason::kInternal, JobErrorReason::kInvalidData, JobErrorReason::kNoBfloat16}) {
    EXPECT_EQ(JobErrorReasonOf(Name(reason)), reason);
  }
  for (StopReason reason : {StopReason::kEpochsDone, StopReason::kEarlyStopped, StopReason::kTimeBudgetSpent,
                            StopReason::kStepBudgetSpent}) {
    EXPECT_EQ(StopReasonOf(Name(reason)), reason);
  }
  EXPECT_EQ(Name(Task::kRegression), "REGRESSION");
  EXPECT_THROW(JobStateOf("ASLEEP"), UnreadableValue);
}

TEST(RecordJsonTest, ResultsComeBack) {
  const JobResult result{.model_id = "m",
                         .metrics = {{"loss", 0.1}},
                         .train_seconds = 1.5,
                         .samples_per_second = 1e6 / 3,
                         .weights_sha256 = "w",
                         .threads = 2,
                         .metric_tables = {{"f1_per_class", {{0.1, 1.0 / 3, kInfinity}, 3}}, {"empty", {{}, 2}}},
                         .stop_reason = StopReason::kEarlyStopped,
                         .best_epoch = 4,
                         .epochs = 7,
                         .profile = {{"gather", 0.1}, {"other", 1.0 / 3}},
                         .precision = Precision::kBf16Mixed};
  const JobResult back = JobResultOf(nlohmann::json::parse(ToText(ToJson(result))));
  EXPECT_EQ(back.model_id, "m");
  EXPECT_EQ(back.metrics, result.metrics);
  EXPECT_EQ(back.train_seconds, 1.5);
  EXPECT_EQ(back.samples_per_second, 1e6 / 3);
  EXPECT_EQ(back.weights_sha256, "w");
  EXPECT_EQ(back.threads, 2);
  EXPECT_EQ(back.metric_tables, result.metric_tables);
  EXPECT_EQ(back.stop_reason, StopReason::kEarlyStopped);
  EXPECT_EQ(back.best_epoch, 4);
  EXPECT_EQ(back.epochs, 7);
  EXPECT_EQ(back.profile, result.profile);
  EXPECT_EQ(back.precision, Precision::kBf16Mixed);
}

TEST(RecordJsonTest, AFigureThatIsNaNStaysNaNInATable) {
  const MetricTables tables = {{"t", {{std::nan(""), 1}, 2}}};
  const MetricTables back = MetricTablesOf(nlohmann::json::parse(ToText(ToJson(tables))));
  EXPECT_TRUE(std::isnan(back.at("t").values[0]));
  EXPECT_EQ(back.at("t").values[1], 1);
}

TEST(RecordJsonTest, AResultOfAnEarlierTraindIsRead) {
  const JobResult result = JobResultOf(nlohmann::json::parse(
      R"({"model_id":"m","metrics":{},"train_seconds":1,"samples_per_second":2,"weights_sha256":"w","threads":1})"));
  EXPECT_EQ(result.threads, 1);
  EXPECT_EQ(result.stop_reason, StopReason::kEpochsDone);
  EXPECT_EQ(result.epochs, 0);
  EXPECT_EQ(result.precision, Precision::kFloat32);
}

TEST(RecordJsonTest, EventsComeBack) {
  const EpochEnded epoch{
      {.epoch = 3, .epochs = 20, .step = 135, .steps = 900, .samples_per_second = 1e6 / 3, .metrics = {{"loss", 0.1}}}};
  const JobProgress progress = std::get<EpochEnded>(JobEventKindOf(ToText(JobEventKind(epoch)))).progress;
  EXPECT_EQ(progress.epoch, 3);
  EXPECT_EQ(progress.epochs, 20);
  EXPECT_EQ(progress.step, 135);
  EXPECT_EQ(progress.steps, 900);
  EXPECT_EQ(progress.samples_per_second, 1e6 / 3);
  EXPECT_EQ(progress.metrics, epoch.progress.metrics);
  EXPECT_TRUE(std::holds_alternative<Progressed>(JobEventKindOf(ToText(JobEventKind(Progressed{})))));
  EXPECT_THROW(JobEventKindOf({"OTHER", "{}"}), UnreadableValue);
}

TEST(RecordJsonTest, ColumnsComeBack) {
  std::vector<Column> columns(3);
  columns[0].name = "city";
  columns[0].kind = ColumnKind::kCategorical;
  columns[0].categories = {"", "Rome \"x\""};
  columns[0].statistics = {.count = 7, .missing = 2, .most_frequent = "Rome", .most_frequent_count = 4};
  columns[1].name = "age";
  columns[1].statistics = {.count = 9, .mean = 1.0 / 3, .deviation = 0.1, .minimum = -5, .maximum = 3e38};
  columns[2].name = "since";
  columns[2].kind = ColumnKind::kIgnore;
  columns[2].warning = "is left out";
  EXPECT_EQ(ColumnsOf(nlohmann::json::parse(ToText(ToJson(columns)))), columns);
  EXPECT_EQ(ToText(ToJson(std::vector<Column>(1))), R"([{"kind":"NUMERIC","name":""}])");
}

}  // namespace
}  // namespace traind
