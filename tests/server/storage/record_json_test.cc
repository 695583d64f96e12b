#include "server/storage/record_json.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "gtest/gtest.h"
#include "server/storage/enum_names.h"
#include "server/storage/event_json.h"

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
  for (JobState state : {JobState::kQueued, JobState::kRunning, JobState::kCancelling, JobState::kSucceeded,
                         JobState::kFailed, JobState::kCancelled}) {
    EXPECT_EQ(JobStateOf(Name(state)), state);
  }
  for (JobErrorReason reason :
       {JobErrorReason::kDiverged, JobErrorReason::kDataLoss, JobErrorReason::kResourceExhausted,
        JobErrorReason::kInternal, JobErrorReason::kInvalidData}) {
    EXPECT_EQ(JobErrorReasonOf(Name(reason)), reason);
  }
  EXPECT_EQ(Name(Task::kRegression), "REGRESSION");
  EXPECT_THROW(JobStateOf("PAUSED"), std::runtime_error);
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
  EXPECT_THROW(JobEventKindOf({"OTHER", "{}"}), std::runtime_error);
}

}  // namespace
}  // namespace traind
