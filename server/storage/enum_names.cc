#include "server/storage/enum_names.h"

#include <array>
#include <stdexcept>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/storage/unreadable_value.h"

namespace traind {
namespace {

template <typename Enum, size_t size>
using Names = std::array<std::pair<Enum, const char*>, size>;

constexpr Names<Task, 2> kTasks = {{
    {Task::kClassification, "CLASSIFICATION"},
    {Task::kRegression, "REGRESSION"},
}};
constexpr Names<engine::ElementType, 5> kElementTypes = {{
    {engine::ElementType::kFloat32, "FLOAT32"},
    {engine::ElementType::kFloat64, "FLOAT64"},
    {engine::ElementType::kInt32, "INT32"},
    {engine::ElementType::kInt64, "INT64"},
    {engine::ElementType::kUint8, "UINT8"},
}};
constexpr Names<ColumnKind, 5> kColumnKinds = {{
    {ColumnKind::kNumeric, "NUMERIC"},
    {ColumnKind::kCategorical, "CATEGORICAL"},
    {ColumnKind::kIgnore, "IGNORE"},
    {ColumnKind::kLabel, "LABEL"},
    {ColumnKind::kWeight, "WEIGHT"},
}};
constexpr Names<JobState, 8> kStates = {{
    {JobState::kQueued, "QUEUED"},
    {JobState::kRunning, "RUNNING"},
    {JobState::kPausing, "PAUSING"},
    {JobState::kPaused, "PAUSED"},
    {JobState::kCancelling, "CANCELLING"},
    {JobState::kSucceeded, "SUCCEEDED"},
    {JobState::kFailed, "FAILED"},
    {JobState::kCancelled, "CANCELLED"},
}};
constexpr Names<JobErrorReason, 6> kReasons = {{
    {JobErrorReason::kDiverged, "DIVERGED"},
    {JobErrorReason::kDataLoss, "DATA_LOSS"},
    {JobErrorReason::kResourceExhausted, "RESOURCE_EXHAUSTED"},
    {JobErrorReason::kInternal, "INTERNAL"},
    {JobErrorReason::kInvalidData, "INVALID_DATA"},
    {JobErrorReason::kNoBfloat16, "NO_BFLOAT16"},
}};
constexpr Names<StopReason, 4> kStopReasons = {{
    {StopReason::kEpochsDone, "EPOCHS_DONE"},
    {StopReason::kEarlyStopped, "EARLY_STOPPED"},
    {StopReason::kTimeBudgetSpent, "TIME_BUDGET_SPENT"},
    {StopReason::kStepBudgetSpent, "STEP_BUDGET_SPENT"},
}};
constexpr Names<Precision, 2> kPrecisions = {{
    {Precision::kFloat32, "FLOAT32"},
    {Precision::kBf16Mixed, "BF16_MIXED"},
}};

template <typename Enum, size_t size>
std::string NameIn(const Names<Enum, size>& names, Enum value) {
  for (const auto& [candidate, name] : names) {
    if (candidate == value) return name;
  }
  throw std::runtime_error(absl::StrCat("an enum has no value ", static_cast<int>(value)));
}

template <typename Enum, size_t size>
Enum ValueIn(const Names<Enum, size>& names, const std::string& name) {
  for (const auto& [value, candidate] : names) {
    if (candidate == name) return value;
  }
  throw UnreadableValue(absl::StrCat("unknown name '", name, "'"));
}

}  // namespace

std::string Name(Task task) { return NameIn(kTasks, task); }
std::string Name(engine::ElementType type) { return NameIn(kElementTypes, type); }
std::string Name(ColumnKind kind) { return NameIn(kColumnKinds, kind); }
std::string Name(JobState state) { return NameIn(kStates, state); }
std::string Name(JobErrorReason reason) { return NameIn(kReasons, reason); }
std::string Name(StopReason reason) { return NameIn(kStopReasons, reason); }
std::string Name(Precision precision) { return NameIn(kPrecisions, precision); }

Task TaskOf(const std::string& name) { return ValueIn(kTasks, name); }
engine::ElementType ElementTypeOf(const std::string& name) { return ValueIn(kElementTypes, name); }
ColumnKind ColumnKindOf(const std::string& name) { return ValueIn(kColumnKinds, name); }
JobState JobStateOf(const std::string& name) { return ValueIn(kStates, name); }
JobErrorReason JobErrorReasonOf(const std::string& name) { return ValueIn(kReasons, name); }
StopReason StopReasonOf(const std::string& name) { return ValueIn(kStopReasons, name); }
Precision PrecisionOf(const std::string& name) { return ValueIn(kPrecisions, name); }

}  // namespace traind
