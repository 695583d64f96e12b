#include <gtest/gtest.h>

#include "server/convert/dataset.h"
#include "server/convert/job.h"
#include "server/convert/model.h"

namespace traind {
namespace {

constexpr char kSpec[] = "{\"epochs\": 3}";

// Each resource must come out with every field set: a field added to a proto and not here fails.
void ExpectEveryFieldSet(const google::protobuf::Message& message, std::initializer_list<std::string> but = {}) {
  const auto* type = message.GetDescriptor();
  std::vector<const google::protobuf::FieldDescriptor*> set;
  message.GetReflection()->ListFields(message, &set);
  for (int i = 0; i < type->field_count(); ++i) {
    const std::string& name = type->field(i)->name();
    const bool expected = std::find(but.begin(), but.end(), name) == but.end();
    EXPECT_EQ(std::find(set.begin(), set.end(), type->field(i)) != set.end(), expected) << type->field(i)->full_name();
  }
}

TEST(Records, Dataset) {
  DatasetRecord record;
  record.id = "d";
  record.rows = 2;
  record.features = 1;
  record.feature_names = {"f"};
  record.label_column = "y";
  record.class_names = {"a", "b"};
  record.target_names = {"t"};
  record.feature_part = {"x", 0, 8};
  record.label_part = {"x", 8, 2, engine::ElementType::kUint8};
  record.weight_part = DatasetPart{"w", 0, 8};
  record.sha256 = "s";
  record.create_time = absl::FromUnixMicros(1'500'000);
  const v1::Dataset dataset = ToProto(record);
  ExpectEveryFieldSet(dataset);
  ExpectEveryFieldSet(ToProto(record, View::kBasic), {"feature_names", "columns", "class_names", "target_names"});
  ASSERT_EQ(dataset.columns_size(), 1);  // of tensors the features
  EXPECT_EQ(dataset.columns(0).name(), "f");
  EXPECT_EQ(dataset.columns(0).kind(), v1::Column::NUMERIC);
  EXPECT_FALSE(dataset.columns(0).has_statistics());
  record.columns.resize(1);
  record.columns[0].name = "c";
  record.columns[0].kind = ColumnKind::kCategorical;
  record.columns[0].categories = {"x"};
  record.columns[0].warning = "w";
  record.columns[0].statistics = {1, 2, 3, 4, 5, 6, "x", 7};
  const v1::Column column = ToProto(record).columns(0);
  ExpectEveryFieldSet(column);
  ExpectEveryFieldSet(column.statistics());
  EXPECT_EQ(dataset.class_count(), 2);
  EXPECT_EQ(dataset.target_count(), 1);
  EXPECT_EQ(dataset.name(), "datasets/d");
  EXPECT_EQ(dataset.task(), v1::Dataset::CLASSIFICATION);
  EXPECT_EQ(dataset.size_bytes(), 18);
  EXPECT_EQ(dataset.feature_type(), v1::Dataset::FLOAT32);
  EXPECT_EQ(dataset.label_type(), v1::Dataset::UINT8);
  EXPECT_EQ(dataset.create_time().seconds(), 1);
  EXPECT_EQ(dataset.create_time().nanos(), 500'000'000);
}

JobProgress Progress() { return {1, 2, 3, 4, 5.0, {{"loss", 0.5}}}; }
JobResult Result() {
  return {"m",
          {{"loss", 0.5}},
          1.0,
          2.0,
          "hash",
          2,
          {{"t", {{1, 2, 3, 4}, 2}}},
          StopReason::kEarlyStopped,
          4,
          7,
          {{"gather", 0.25}},
          Precision::kBf16Mixed};
}

TEST(Records, Job) {
  JobRecord record;
  record.id = "j";
  record.dataset_id = "d";
  record.validation_dataset_id = "v";
  record.spec_json = kSpec;
  record.state = JobState::kSucceeded;
  record.priority = -3;
  record.memory_bytes = 9;
  record.progress = Progress();
  record.result = Result();
  record.error = JobError{JobErrorReason::kDiverged, "bad \xFF", 7, "dense_1"};
  record.attempt = 1;
  record.start_time = record.end_time = absl::FromUnixSeconds(5);
  const v1::TrainingJob job = *ToProto(record);
  ExpectEveryFieldSet(job);
  ExpectEveryFieldSet(job.progress());
  ExpectEveryFieldSet(job.result());
  ExpectEveryFieldSet(job.error());
  EXPECT_EQ(job.name(), "trainingJobs/j");
  EXPECT_EQ(job.validation_dataset(), "datasets/v");
  EXPECT_EQ(job.result().model(), "models/m");
  EXPECT_EQ(job.result().stop_reason(), v1::TrainingResult::EARLY_STOPPED);
  EXPECT_EQ(job.result().best_epoch(), 4);
  EXPECT_EQ(job.result().epochs(), 7);
  ASSERT_EQ(job.result().profile_size(), 1);
  EXPECT_EQ(job.result().profile(0).phase(), "gather");
  EXPECT_EQ(job.result().profile(0).seconds(), 0.25);
  EXPECT_EQ(job.result().profile(0).share(), 0.25);
  EXPECT_EQ(job.result().metric_tables().at("t").columns(), 2);
  EXPECT_EQ(job.result().metric_tables().at("t").values_size(), 4);
  EXPECT_EQ(job.error().message(), "bad \xEF\xBF\xBD");
  EXPECT_EQ(job.spec().epochs(), 3);
  record.spec_json = "{";
  EXPECT_TRUE(absl::IsDataLoss(ToProto(record).status()));
}

TEST(Records, WithoutAValidationDatasetNoneIsNamed) {
  JobRecord job;
  job.spec_json = kSpec;
  EXPECT_EQ(ToProto(job)->validation_dataset(), "");
  ModelRecord model;
  model.spec_json = kSpec;
  EXPECT_EQ(ToProto(model)->validation_dataset(), "");
}

TEST(Records, ErrorReasons) {
  const std::pair<JobErrorReason, v1::TrainingError::Reason> reasons[] = {
      {JobErrorReason::kDiverged, v1::TrainingError::DIVERGED},
      {JobErrorReason::kDataLoss, v1::TrainingError::DATA_LOSS},
      {JobErrorReason::kResourceExhausted, v1::TrainingError::RESOURCE_EXHAUSTED},
      {JobErrorReason::kInternal, v1::TrainingError::INTERNAL},
      {JobErrorReason::kInvalidData, v1::TrainingError::INVALID_DATA},
      {JobErrorReason::kNoBfloat16, v1::TrainingError::NO_BFLOAT16}};
  for (const auto& [plain, wire] : reasons) {
    const StateChanged failed{JobState::kFailed, {}, JobError{plain, "", 0}};
    EXPECT_EQ(ToProto(JobEvent{1, absl::UnixEpoch(), failed}).state_changed().error().reason(), wire);
  }
}

TEST(Records, StopReasons) {
  const std::pair<StopReason, v1::TrainingResult::StopReason> reasons[] = {
      {StopReason::kEpochsDone, v1::TrainingResult::EPOCHS_DONE},
      {StopReason::kEarlyStopped, v1::TrainingResult::EARLY_STOPPED},
      {StopReason::kTimeBudgetSpent, v1::TrainingResult::TIME_BUDGET_SPENT},
      {StopReason::kStepBudgetSpent, v1::TrainingResult::STEP_BUDGET_SPENT}};
  for (const auto& [plain, wire] : reasons) {
    JobResult result;
    result.stop_reason = plain;
    const StateChanged succeeded{JobState::kSucceeded, result, {}};
    EXPECT_EQ(ToProto(JobEvent{1, absl::UnixEpoch(), succeeded}).state_changed().result().stop_reason(), wire);
  }
}

TEST(Records, States) {
  const std::pair<JobState, v1::TrainingJob::State> states[] = {
      {JobState::kQueued, v1::TrainingJob::QUEUED},         {JobState::kRunning, v1::TrainingJob::RUNNING},
      {JobState::kPausing, v1::TrainingJob::PAUSING},       {JobState::kPaused, v1::TrainingJob::PAUSED},
      {JobState::kCancelling, v1::TrainingJob::CANCELLING}, {JobState::kSucceeded, v1::TrainingJob::SUCCEEDED},
      {JobState::kFailed, v1::TrainingJob::FAILED},         {JobState::kCancelled, v1::TrainingJob::CANCELLED}};
  for (const auto& [plain, wire] : states) {
    EXPECT_EQ(ToProto(JobEvent{1, absl::UnixEpoch(), StateChanged{plain, {}, {}}}).state_changed().state(), wire);
  }
}

TEST(Records, Events) {
  const absl::Time time = absl::FromUnixSeconds(9);
  const auto ended = ToProto(JobEvent{4, time, StateChanged{JobState::kFailed, Result(), JobError{}}});
  ExpectEveryFieldSet(ended.state_changed());
  EXPECT_EQ(ended.sequence(), 4);
  EXPECT_EQ(ended.event_time().seconds(), 9);
  ExpectEveryFieldSet(ToProto(JobEvent{4, time, Progressed{Progress()}}).progressed());
  const auto epoch = ToProto(JobEvent{4, time, EpochEnded{Progress()}});
  ExpectEveryFieldSet(epoch.epoch_ended());
  EXPECT_EQ(epoch.epoch_ended().epoch(), 1);
  EXPECT_TRUE(HeartbeatProto(8, time).has_heartbeat());
  EXPECT_EQ(HeartbeatProto(8, time).sequence(), 8);
}

TEST(Records, Model) {
  ModelRecord record;
  record.id = "m";
  record.job_id = "j";
  record.dataset_id = "d";
  record.dataset_sha256 = "s";
  record.validation_dataset_id = "v";
  record.validation_dataset_sha256 = "t";
  record.spec_json = kSpec;
  record.feature_names = {"f"};
  record.class_names = {"a", "b"};
  record.target_names = {"t"};
  record.metrics = {{"loss", 1}};
  record.metric_tables = {{"t", {{1, 2}, 2}}};
  record.weights = {"w", 4};
  record.parameters = 1;
  record.threads = 2;
  record.precision = Precision::kBf16Mixed;
  record.onednn_version = "2.6.3";
  record.create_time = absl::UnixEpoch();
  ExpectEveryFieldSet(*ToProto(record));
  ExpectEveryFieldSet(*ToProto(record, View::kBasic),
                      {"feature_names", "columns", "class_names", "target_names", "metric_tables"});
  EXPECT_EQ(ToProto(record)->training_job(), "trainingJobs/j");
  EXPECT_EQ(ToProto(record)->weights_sha256(), "w");
  EXPECT_EQ(ToProto(record)->precision(), v1::TrainingSpec::BF16_MIXED);
}

}  // namespace
}  // namespace traind
