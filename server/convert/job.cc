#include "server/convert/job.h"

#include <utility>

#include "server/convert/resource_name.h"
#include "server/convert/timestamp.h"
#include "server/convert/training_spec.h"
#include "server/errors/text.h"

namespace traind {
namespace {

v1::TrainingJob::State ToProto(JobState state) {
  switch (state) {
    case JobState::kQueued:
      return v1::TrainingJob::QUEUED;
    case JobState::kRunning:
      return v1::TrainingJob::RUNNING;
    case JobState::kPausing:
      return v1::TrainingJob::PAUSING;
    case JobState::kPaused:
      return v1::TrainingJob::PAUSED;
    case JobState::kCancelling:
      return v1::TrainingJob::CANCELLING;
    case JobState::kSucceeded:
      return v1::TrainingJob::SUCCEEDED;
    case JobState::kFailed:
      return v1::TrainingJob::FAILED;
    case JobState::kCancelled:
      return v1::TrainingJob::CANCELLED;
  }
  return v1::TrainingJob::STATE_UNSPECIFIED;
}

v1::TrainingError::Reason ToProto(JobErrorReason reason) {
  switch (reason) {
    case JobErrorReason::kDiverged:
      return v1::TrainingError::DIVERGED;
    case JobErrorReason::kDataLoss:
      return v1::TrainingError::DATA_LOSS;
    case JobErrorReason::kResourceExhausted:
      return v1::TrainingError::RESOURCE_EXHAUSTED;
    case JobErrorReason::kInternal:
      return v1::TrainingError::INTERNAL;
    case JobErrorReason::kInvalidData:
      return v1::TrainingError::INVALID_DATA;
    case JobErrorReason::kNoBfloat16:
      return v1::TrainingError::NO_BFLOAT16;
  }
  return v1::TrainingError::REASON_UNSPECIFIED;
}

v1::TrainingResult::StopReason ToProto(StopReason reason) {
  switch (reason) {
    case StopReason::kEpochsDone:
      return v1::TrainingResult::EPOCHS_DONE;
    case StopReason::kEarlyStopped:
      return v1::TrainingResult::EARLY_STOPPED;
    case StopReason::kTimeBudgetSpent:
      return v1::TrainingResult::TIME_BUDGET_SPENT;
    case StopReason::kStepBudgetSpent:
      return v1::TrainingResult::STEP_BUDGET_SPENT;
  }
  return v1::TrainingResult::STOP_REASON_UNSPECIFIED;
}

v1::TrainingProgress ToProto(const JobProgress& progress) {
  v1::TrainingProgress result;
  result.set_epoch(static_cast<int32_t>(progress.epoch));
  result.set_epochs(static_cast<int32_t>(progress.epochs));
  result.set_step(progress.step);
  result.set_steps(progress.steps);
  result.set_samples_per_second(progress.samples_per_second);
  result.mutable_metrics()->insert(progress.metrics.begin(), progress.metrics.end());
  return result;
}

v1::TrainingResult ToProto(const JobResult& result) {
  v1::TrainingResult wire;
  wire.set_model(ResourceName(kModels, result.model_id));
  wire.mutable_metrics()->insert(result.metrics.begin(), result.metrics.end());
  wire.set_train_seconds(result.train_seconds);
  wire.set_samples_per_second(result.samples_per_second);
  wire.set_weights_sha256(result.weights_sha256);
  wire.set_threads(result.threads);
  wire.set_precision(ToProto(result.precision));
  *wire.mutable_metric_tables() = ToProto(result.metric_tables);
  wire.set_stop_reason(ToProto(result.stop_reason));
  wire.set_best_epoch(static_cast<int32_t>(result.best_epoch));
  wire.set_epochs(static_cast<int32_t>(result.epochs));
  for (const PhaseTime& time : result.profile) {
    v1::PhaseTime& entry = *wire.add_profile();
    entry.set_phase(time.phase);
    entry.set_seconds(time.seconds);
    if (result.train_seconds > 0) entry.set_share(time.seconds / result.train_seconds);
  }
  return wire;
}

v1::TrainingError ToProto(const JobError& error) {
  v1::TrainingError wire;
  wire.set_reason(ToProto(error.reason));
  // It may quote a user's data; a field that is not UTF-8 would cost the whole answer.
  wire.set_message(ToUtf8(error.message));
  wire.set_step(error.step);
  wire.set_layer(error.layer);
  return wire;
}

void SetKind(const StateChanged& change, v1::TrainingEvent& event) {
  v1::TrainingEvent::StateChanged& wire = *event.mutable_state_changed();
  wire.set_state(ToProto(change.state));
  if (change.result) *wire.mutable_result() = ToProto(*change.result);
  if (change.error) *wire.mutable_error() = ToProto(*change.error);
}

void SetKind(const Progressed& progressed, v1::TrainingEvent& event) {
  *event.mutable_progressed()->mutable_progress() = ToProto(progressed.progress);
}

void SetKind(const EpochEnded& ended, v1::TrainingEvent& event) {
  event.mutable_epoch_ended()->set_epoch(static_cast<int32_t>(ended.progress.epoch));
  *event.mutable_epoch_ended()->mutable_progress() = ToProto(ended.progress);
}

}  // namespace

absl::StatusOr<v1::TrainingJob> ToProto(const JobRecord& record) {
  absl::StatusOr<v1::TrainingSpec> spec = SpecProtoFromJson(record.spec_json);
  if (!spec.ok()) return spec.status();
  v1::TrainingJob job;
  job.set_name(ResourceName(kTrainingJobs, record.id));
  job.set_dataset(ResourceName(kDatasets, record.dataset_id));
  if (!record.validation_dataset_id.empty()) {
    job.set_validation_dataset(ResourceName(kDatasets, record.validation_dataset_id));
  }
  *job.mutable_spec() = *std::move(spec);
  job.set_threads(static_cast<int32_t>(record.threads));
  job.set_tenant(record.tenant);
  job.set_priority(static_cast<int32_t>(record.priority));
  job.set_memory_bytes(record.memory_bytes);
  job.set_state(ToProto(record.state));
  *job.mutable_progress() = ToProto(record.progress);
  if (record.result) *job.mutable_result() = ToProto(*record.result);
  if (record.error) *job.mutable_error() = ToProto(*record.error);
  job.set_attempt(static_cast<int32_t>(record.attempt));
  *job.mutable_create_time() = ToProto(record.create_time);
  if (record.start_time) *job.mutable_start_time() = ToProto(*record.start_time);
  if (record.end_time) *job.mutable_end_time() = ToProto(*record.end_time);
  return job;
}

v1::TrainingEvent ToProto(const JobEvent& event) {
  v1::TrainingEvent wire;
  wire.set_sequence(event.sequence);
  *wire.mutable_event_time() = ToProto(event.time);
  std::visit([&](const auto& kind) { SetKind(kind, wire); }, event.kind);
  return wire;
}

v1::TrainingSpec::Precision ToProto(Precision precision) {
  switch (precision) {
    case Precision::kFloat32:
      return v1::TrainingSpec::FLOAT32;
    case Precision::kBf16Mixed:
      return v1::TrainingSpec::BF16_MIXED;
  }
  return v1::TrainingSpec::PRECISION_UNSPECIFIED;
}

google::protobuf::Map<std::string, v1::MetricTable> ToProto(const std::map<std::string, MetricTable>& tables) {
  google::protobuf::Map<std::string, v1::MetricTable> wire;
  for (const auto& [name, table] : tables) {
    v1::MetricTable& entry = wire[name];
    entry.mutable_values()->Add(table.values.begin(), table.values.end());
    entry.set_columns(static_cast<int32_t>(table.columns));
  }
  return wire;
}

v1::TrainingEvent HeartbeatProto(int64_t sequence, absl::Time time) {
  v1::TrainingEvent wire;
  wire.set_sequence(sequence);
  *wire.mutable_event_time() = ToProto(time);
  wire.mutable_heartbeat();
  return wire;
}

}  // namespace traind
