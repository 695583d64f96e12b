#include "server/jobs/training_run.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <map>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/training/precision_choice.h"
#include "engine/training/trainer.h"
#include "server/datasets/stored_dataset.h"
#include "server/errors/errors.h"
#include "server/jobs/backoff.h"
#include "server/jobs/run_checkpoints.h"
#include "server/jobs/run_reporter.h"
#include "server/storage/sha256.h"

namespace traind {
namespace {

using engine::TrainingOutcome;

JobErrorReason ReasonOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kNotFound:
      return JobErrorReason::kDataLoss;
    case absl::StatusCode::kInvalidArgument:
      return JobErrorReason::kInvalidData;
    case absl::StatusCode::kResourceExhausted:
      return JobErrorReason::kResourceExhausted;
    case absl::StatusCode::kFailedPrecondition:
      return JobErrorReason::kNoBfloat16;
    default:
      return JobErrorReason::kInternal;
  }
}

StopReason StopReasonOf(TrainingOutcome::End end) {
  switch (end) {
    case TrainingOutcome::End::kEarlyStopped:
      return StopReason::kEarlyStopped;
    case TrainingOutcome::End::kTimeBudget:
      return StopReason::kTimeBudgetSpent;
    case TrainingOutcome::End::kStepBudget:
      return StopReason::kStepBudgetSpent;
    default:
      return StopReason::kEpochsDone;
  }
}

const char* NameOf(engine::Divergence::Of of) {
  switch (of) {
    case engine::Divergence::Of::kGradient:
      return "gradient";
    case engine::Divergence::Of::kWeight:
      return "weights";
    case engine::Divergence::Of::kOutput:
      break;
  }
  return "output";
}

std::map<std::string, MetricTable> TablesOf(const engine::MetricReport& report) {
  std::map<std::string, MetricTable> tables;
  for (const auto& [name, table] : report.tables) tables[name] = {table.values, table.columns};
  return tables;
}

// What the trainer made of the spec's precision.
Precision PrecisionOf(const engine::TrainingSpec& spec) {
  const auto chosen = engine::ChoosePrecision(spec.precision);
  return chosen.ok() && *chosen == engine::Precision::kBf16Mixed ? Precision::kBf16Mixed : Precision::kFloat32;
}

// Of the steps, and what is left of `seconds`. Empty if it was not asked for.
std::vector<PhaseTime> ProfileOf(const engine::StepTimes* times, double seconds) {
  std::vector<PhaseTime> profile;
  if (times == nullptr) return profile;
  for (std::size_t phase = 0; phase < times->size(); ++phase) {
    profile.push_back({engine::kStepPhaseNames[phase], (*times)[phase].seconds});
    seconds -= (*times)[phase].seconds;
  }
  profile.push_back({"other", std::max(seconds, 0.0)});
  return profile;
}

std::vector<Column> FeaturesOf(const DatasetRecord& dataset) {
  std::vector<Column> features = dataset.columns;
  std::erase_if(features, [](const Column& column) {
    return column.kind != ColumnKind::kNumeric && column.kind != ColumnKind::kCategorical;
  });
  return features;
}

RunEnd FailedBy(const absl::Status& status, const JobProgress& progress) {
  RunEnd run;
  run.end.state = JobState::kFailed;
  run.end.progress = progress;
  run.end.error = JobError{ReasonOf(status), std::string(status.message()), progress.step};
  return run;
}

// The run of one job.
class Run {
 public:
  Run(const RunParts& parts, const JobRecord& job)
      : parts_(parts),
        job_(job),
        threads_(static_cast<int>(job.threads)),
        reporter_(parts.jobs, parts.hub, parts.metrics, {job.id, job.attempt}, job.progress, any_stop_) {}

  absl::StatusOr<RunEnd> Train(const std::stop_token& stop) {
    // The reporter may ask for a stop too, but only `stop` makes it a cancel.
    const std::stop_callback pass_on(stop, [this] { any_stop_.request_stop(); });
    absl::StatusOr<RunEnd> end = TrainToEndOrThrow();
    if (!end.ok() && !IsPassing(end.status())) end = Failed(end.status());
    if (!end.ok()) return end;
    const absl::Status logged = FinishLog(end->end);
    if (logged.ok()) return end;
    if (IsPassing(logged)) return logged;
    return Failed(logged);
  }

 private:
  // What it throws is no fault of storage: the job has failed.
  absl::StatusOr<RunEnd> TrainToEndOrThrow() {
    try {
      return TrainToEnd();
    } catch (const std::bad_alloc&) {
      return Failed(absl::ResourceExhaustedError(
          "memory ran out: a smaller network, a smaller batch_size or fewer jobs at once may fit"));
    } catch (const std::exception& error) {
      return Failed(absl::InternalError(error.what()));
    }
  }

  // Errors are those of storage.
  absl::StatusOr<RunEnd> TrainToEnd() {
    absl::StatusOr<engine::TrainingSpec> spec = parts_.decode_spec(job_.spec_json);
    // A stored spec was valid once: what is wrong with it now is no fault of the data.
    if (absl::IsInvalidArgument(spec.status())) return absl::InternalError(spec.status().message());
    if (!spec.ok()) return Failed(spec.status());
    absl::StatusOr<DatasetRecord> record = parts_.datasets.Get(job_.dataset_id);
    if (!record.ok()) return record.status();
    auto dataset = StoredDataset::Open(*record, parts_.blobs, any_stop_.get_token());
    if (absl::IsCancelled(dataset.status())) return End(JobState::kCancelled);
    if (!dataset.ok()) return dataset.status();
    absl::StatusOr<Validation> validation = OpenValidation(*record);
    if (absl::IsCancelled(validation.status())) return End(JobState::kCancelled);
    if (!validation.ok()) return validation.status();
    RunCheckpoints checkpoints(
        {.jobs = parts_.jobs, .files = parts_.checkpoints, .metrics = parts_.metrics, .reporter = reporter_}, job_,
        spec->checkpoint, Identity(*record, validation->record));
    absl::Status created;
    auto trainer = checkpoints.Restore([&] {
      auto fresh =
          engine::Trainer::Create(*spec, (*dataset)->view(), threads_, validation->view(), any_stop_.get_token());
      created = fresh.status();
      return fresh;
    });
    if (absl::IsCancelled(created)) return End(JobState::kCancelled);
    if (!created.ok()) return Failed(created);
    if (!trainer.ok()) return trainer.status();
    absl::StatusOr<TrainingOutcome> outcome = (*trainer)->Run(checkpoints, any_stop_.get_token());
    if (!outcome.ok()) return Failed(outcome.status());
    reporter_.OnEnd(outcome->progress);
    switch (outcome->end) {
      case TrainingOutcome::End::kFinished:
      case TrainingOutcome::End::kEarlyStopped:
      case TrainingOutcome::End::kTimeBudget:
      case TrainingOutcome::End::kStepBudget:
        return Succeeded(**trainer, PrecisionOf(*spec), *record, validation->record, *outcome);
      case TrainingOutcome::End::kStopped:
        if (!IsCancelling()) checkpoints.Save(outcome->progress);
        return End(JobState::kCancelled);
      case TrainingOutcome::End::kDiverged:
        return Diverged(spec->optimizer.learning_rate(), *outcome);
    }
    return absl::InternalError("the training ended in no known way");
  }

  // Writes the rest of the log, or leaves it to be written with the end.
  absl::Status FinishLog(JobEnd& end) {
    if (end.state == JobState::kCancelled) return reporter_.Flush();
    absl::StatusOr<std::vector<JobEvent>> rest = reporter_.TakeRest();
    if (!rest.ok()) return rest.status();
    end.events = *std::move(rest);
    return absl::OkStatus();
  }

  // What to validate on after each epoch, if that is a dataset of its own.
  struct Validation {
    DatasetRecord record;
    std::unique_ptr<const StoredDataset> dataset;

    const engine::DatasetView* view() const { return dataset == nullptr ? nullptr : &dataset->view(); }
  };

  absl::StatusOr<Validation> OpenValidation(const DatasetRecord& training) {
    Validation validation;
    if (job_.validation_dataset_id.empty()) return validation;
    absl::StatusOr<DatasetRecord> record = parts_.datasets.Get(job_.validation_dataset_id);
    if (!record.ok()) return record.status();
    auto dataset =
        StoredDataset::OpenFor(training.class_names, training.columns, *record, parts_.blobs, any_stop_.get_token());
    if (!dataset.ok()) return dataset.status();
    validation.record = *std::move(record);
    validation.dataset = *std::move(dataset);
    return validation;
  }

  // What the weights depend on, but for the number of threads, which may change under a job.
  std::string Identity(const DatasetRecord& training, const DatasetRecord& validation) const {
    return Sha256Hex(absl::StrCat(training.sha256, "\n", validation.sha256, "\n", job_.spec_json));
  }

  bool IsCancelling() const {
    const absl::StatusOr<JobRecord> job = parts_.jobs.Get(job_.id);
    return job.ok() && job->state == JobState::kCancelling;
  }

  JobProgress Progress() const { return reporter_.progress(); }

  RunEnd Failed(const absl::Status& status) const { return FailedBy(status, Progress()); }

  RunEnd End(JobState state) const {
    RunEnd end;
    end.end.state = state;
    end.end.progress = Progress();
    return end;
  }

  RunEnd Diverged(double learning_rate, const TrainingOutcome& outcome) const {
    const int64_t step = outcome.progress.step;
    const std::optional<double> last_loss = reporter_.last_loss();
    const std::string before = last_loss ? absl::StrCat(" (it was ", *last_loss, " before)") : "";
    const std::string what = outcome.weights_overflowed
                                 ? absl::StrCat("a weight became NaN or infinite by the update of step ", step)
                                 : absl::StrCat("the loss became NaN or infinite in step ", step, before);
    const std::string& layer = outcome.divergence.layer;
    parts_.metrics.Diverged(layer.empty() && outcome.weights_overflowed ? "weights" : NameOf(outcome.divergence.of));
    const std::string where =
        layer.empty() ? "" : absl::StrCat(", first in the ", NameOf(outcome.divergence.of), " of layer ", layer);
    // A step whose loss was lost did not update the weights.
    RunEnd end = End(JobState::kFailed);
    end.end.error = JobError{.reason = JobErrorReason::kDiverged,
                             .message = absl::StrCat(what, where, ": try a smaller learning_rate, such as ",
                                                     learning_rate / 10, " instead of ", learning_rate),
                             .step = outcome.weights_overflowed ? step : std::max<int64_t>(step - 1, 0),
                             .layer = layer};
    return end;
  }

  absl::StatusOr<RunEnd> Succeeded(engine::Trainer& trainer, Precision precision, const DatasetRecord& dataset,
                                   const DatasetRecord& validation, const TrainingOutcome& outcome) {
    absl::StatusOr<KeptWeights> kept = InsistOnWeights(trainer);
    if (!kept.ok()) return kept.status();

    JobResult result = {.model_id = job_.id,
                        .metrics = outcome.metrics.values,
                        .train_seconds = outcome.progress.seconds,
                        .samples_per_second = Progress().samples_per_second,
                        .weights_sha256 = kept->blob.sha256,
                        .threads = threads_,
                        .metric_tables = TablesOf(outcome.metrics),
                        .stop_reason = StopReasonOf(outcome.end),
                        .best_epoch = outcome.best_epoch,
                        .epochs = outcome.progress.epoch,
                        .profile = ProfileOf(outcome.progress.times, outcome.progress.seconds),
                        .precision = precision};
    ModelRecord model = {.id = job_.id,
                         .tenant = job_.tenant,
                         .job_id = job_.id,
                         .dataset_id = dataset.id,
                         .dataset_sha256 = dataset.sha256,
                         .validation_dataset_id = validation.id,
                         .validation_dataset_sha256 = validation.sha256,
                         .spec_json = job_.spec_json,
                         .task = dataset.task,
                         .feature_names = dataset.feature_names,
                         .columns = FeaturesOf(dataset),
                         .class_names = dataset.class_names,
                         .target_names = dataset.target_names,
                         .metrics = outcome.metrics.values,
                         .metric_tables = TablesOf(outcome.metrics),
                         .weights = kept->blob,
                         .parameters = trainer.parameters(),
                         .threads = threads_,
                         .precision = precision,
                         .onednn_version = engine::OnednnVersion(),
                         .create_time = absl::Now()};
    RunEnd end = End(JobState::kSucceeded);
    end.end.result = std::move(result);
    end.end.model = std::move(model);
    end.weights = std::move(kept->writer);
    return end;
  }

  struct KeptWeights {
    BlobInfo blob;
    std::unique_ptr<BlobWriter> writer;  // holds it
  };

  absl::StatusOr<KeptWeights> KeepWeights(engine::Trainer& trainer) {
    absl::StatusOr<std::unique_ptr<BlobWriter>> writer = parts_.blobs.CreateBelowFloor();
    if (!writer.ok()) return writer.status();
    absl::Status written = trainer.WriteWeights([&](std::string_view bytes) { return (*writer)->Append(bytes); });
    if (!written.ok()) return written;
    absl::StatusOr<BlobInfo> blob = (*writer)->Commit();
    if (!blob.ok()) return blob.status();
    return KeptWeights{*std::move(blob), *std::move(writer)};
  }

  // They are in memory only: what they took to come by is not thrown away for a disk that is full for a while.
  absl::StatusOr<KeptWeights> InsistOnWeights(engine::Trainer& trainer) {
    Backoff backoff;
    while (true) {
      absl::StatusOr<KeptWeights> kept = KeepWeights(trainer);
      if (kept.ok() || !IsPassing(kept.status())) return kept;
      spdlog::error("its weights cannot be written, next try in {}: {}", absl::FormatDuration(backoff.delay()),
                    kept.status().ToString());
      if (!backoff.Wait(any_stop_.get_token())) return kept;
    }
  }

  const RunParts& parts_;
  const JobRecord& job_;
  const int threads_;
  std::stop_source any_stop_;
  RunReporter reporter_;
};

}  // namespace

absl::StatusOr<RunEnd> RunTraining(const RunParts& parts, const JobRecord& job, const std::stop_token& stop) {
  return Run(parts, job).Train(stop);
}

}  // namespace traind
