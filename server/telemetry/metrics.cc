#include "server/telemetry/metrics.h"

#include "server/telemetry/families.h"

namespace traind {
namespace {

constexpr char kUnknown[] = "unknown";

// From a one-epoch job to a night's.
const prometheus::Histogram::BucketBoundaries kJobSeconds = {0.01, 0.03, 0.1, 0.3,  1,    3,     10,
                                                             30,   100,  300, 1000, 3000, 10000, 30000};
const prometheus::Histogram::BucketBoundaries kCallSeconds = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                              0.1,    0.25,  0.5,    1,     2.5,  10};

prometheus::Counter& AuditLost(prometheus::Registry& registry, const char* reason) {
  return Counters(registry, "traind_audit_lines_lost_total", "Lines that the audit log lacks, by reason.")
      .Add({{"reason", reason}});
}

}  // namespace

Metrics::Metrics(prometheus::Registry& registry, const BuildInfo& build, const std::vector<std::string>& rpc_methods,
                 const StepPhases& phases)
    : jobs_finished_(Counters(registry, "traind_jobs_finished_total", "Jobs that ended, by state and reason.")),
      jobs_(Gauges(registry, "traind_jobs", "Jobs in the database, by state.")),
      rpcs_handled_(Counters(registry, "traind_rpcs_handled_total", "gRPC calls that ended, by method and code.")),
      jobs_submitted_(Counters(registry, "traind_jobs_submitted_total", "Jobs accepted.").Add({})),
      queue_wait_(Histograms(registry, "traind_job_queue_wait_seconds", "From a job's creation to its first start.")
                      .Add({}, kJobSeconds)),
      job_duration_(Histograms(registry, "traind_job_duration_seconds", "From a job's last start to its end.")
                        .Add({}, kJobSeconds)),
      samples_(Counters(registry, "traind_training_samples_total", "Training rows processed.").Add({})),
      steps_(Counters(registry, "traind_training_steps_total", "Training steps made.").Add({})),
      checkpoints_written_(
          Counters(registry, "traind_checkpoints_written_total", "Checkpoints of jobs written.").Add({})),
      checkpoints_failed_(
          Counters(registry, "traind_checkpoints_failed_total", "Checkpoints that could not be written.").Add({})),
      checkpoints_lost_(
          Counters(registry, "traind_checkpoints_lost_total", "Checkpoints that were damaged when needed.").Add({})),
      checkpoint_seconds_(
          Histograms(registry, "traind_checkpoint_seconds", "What writing a checkpoint took.").Add({}, kCallSeconds)),
      checkpoint_age_(Gauges(registry, "traind_checkpoint_age_seconds",
                             "The longest that a running job is since its last checkpoint, or its start.")
                          .Add({})),
      jobs_resumed_(
          Counters(registry, "traind_jobs_resumed_total", "Attempts that went on from a checkpoint.").Add({})),
      jobs_held_up_(Counters(registry, "traind_jobs_held_up_total",
                             "Times that a job at work waits for the disk or the database, to go on from its newest "
                             "checkpoint.")
                        .Add({})),
      oldest_queued_(Gauges(registry, "traind_oldest_queued_job_age_seconds",
                            "Since the job first in the queue by age was created; 0 if none waits.")
                         .Add({})),
      recovered_(Gauges(registry, "traind_recovered_jobs",
                        "Jobs found at work when the server started: the last one had not stopped cleanly.")
                     .Add({})),
      draining_(Gauges(registry, "traind_draining", "1 while the server stops, else 0.").Add({})),
      cores_(Gauges(registry, "traind_cores", "Cores that jobs train on.").Add({})),
      cores_reserved_(Gauges(registry, "traind_cores_reserved", "Cores that jobs at work have.").Add({})),
      memory_budget_(
          Gauges(registry, "traind_job_memory_budget_bytes", "Memory that jobs may need all together.").Add({})),
      memory_reserved_(Gauges(registry, "traind_job_memory_reserved_bytes",
                              "Memory that jobs at work were expected to need when they were submitted.")
                           .Add({})),
      cores_busy_(
          Counters(registry, "traind_core_busy_seconds_total", "Time that jobs had cores, summed over cores.").Add({})),
      watch_streams_(Gauges(registry, "traind_watch_streams", "Clients that watch a job.").Add({})),
      datasets_created_(Counters(registry, "traind_datasets_created_total", "Datasets stored.").Add({})),
      dataset_bytes_(Counters(registry, "traind_dataset_bytes_total", "Bytes of the datasets stored.").Add({})),
      dataset_stored_bytes_(
          Gauges(registry, "traind_dataset_stored_bytes", "Bytes of datasets on the disk, the same bytes once.")
              .Add({})),
      upload_bytes_(Counters(registry, "traind_upload_bytes_total", "Bytes taken from streams of uploads.").Add({})),
      duplicate_blobs_(Counters(registry, "traind_duplicate_blobs_total",
                                "Files that were not stored, since the same bytes were there already.")
                           .Add({})),
      predict_rows_(Counters(registry, "traind_predict_rows_total", "Rows predicted.").Add({})),
      predict_seconds_(Histograms(registry, "traind_predict_seconds",
                                  "What an answer of Predict took, without the wait for a thread.")
                           .Add({}, kCallSeconds)),
      cache_hits_(Counters(registry, "traind_model_cache_hits_total", "Predictions whose model was ready.").Add({})),
      cache_misses_(
          Counters(registry, "traind_model_cache_misses_total", "Predictions whose model had to be loaded.").Add({})),
      cache_evictions_(
          Counters(registry, "traind_model_cache_evictions_total", "Models dropped to make room for others.").Add({})),
      cached_models_(Gauges(registry, "traind_model_cache_models", "Models ready to predict.").Add({})),
      cached_bytes_(Gauges(registry, "traind_model_cache_bytes", "Bytes of the weights of these models.").Add({})),
      tokens_reloads_failed_(
          Counters(registry, "traind_tokens_reloads_failed_total", "Changed files of tokens that were not taken.")
              .Add({})),
      audit_not_written_(AuditLost(registry, "not_written")),
      audit_too_many_(AuditLost(registry, "too_many")),
      audit_strangers_(AuditLost(registry, "strangers")),
      tls_expiry_(Gauges(registry, "traind_tls_certificate_expiry_timestamp_seconds",
                         "Until when the certificate of the gRPC port is valid, since 1970; 0 without TLS.")
                      .Add({})),
      tls_reloads_failed_(
          Counters(registry, "traind_tls_reloads_failed_total", "Looks at new TLS files that were not taken.")
              .Add({})) {
  auto& denied = Counters(registry, "traind_calls_denied_total", "Calls that were refused for who called, by reason.");
  for (const char* reason : {"TOKEN_MISSING", "TOKEN_INVALID", "ROLE_TOO_LOW", "TENANT_RATE"}) {
    denied_[reason] = &denied.Add({{"reason", reason}});
  }
  auto& divergences = Counters(registry, "traind_divergences_total",
                               "Trainings that became NaN or infinite, by the part in which it was seen first.");
  for (const char* part : {"output", "gradient", "weights"}) divergences_[part] = &divergences.Add({{"part", part}});
  auto& step_phases = Histograms(registry, "traind_step_phase_seconds",
                                 "Phases of training steps, of the jobs that ask for their profile.");
  for (const std::string& phase : phases.names) {
    step_phases_[phase] = &step_phases.Add({{"phase", phase}}, phases.bounds);
  }
  Gauges(registry, "traind_build_info", "Always 1; the labels say what runs.")
      .Add({{"version", build.version}, {"onednn", build.onednn_version}})
      .Set(1);
  auto& started = Counters(registry, "traind_rpcs_started_total", "gRPC calls begun, by method.");
  auto& latency =
      Histograms(registry, "traind_rpc_duration_seconds", "From a gRPC call's begin to its end, by method.");
  auto add = [&](const std::string& method, const std::string& label) {
    methods_.try_emplace(
        method, Method{label, &started.Add({{"method", label}}), &latency.Add({{"method", label}}, kCallSeconds)});
  };
  for (const std::string& method : rpc_methods) add(method, method.substr(method.starts_with('/') ? 1 : 0));
  add(kUnknown, kUnknown);
  // From the beginning, so that the first call is an increase.
  for (const auto& [name, method] : methods_) rpcs_handled_.Add({{"method", method.label}, {"code", "OK"}});
}

void Metrics::JobSubmitted() { jobs_submitted_.Increment(); }

void Metrics::JobFinished(std::string_view state, std::string_view reason) {
  jobs_finished_.Add({{"state", std::string(state)}, {"reason", std::string(reason)}}).Increment();
}

void Metrics::ExpectJobEnd(std::string_view state, std::string_view reason) {
  jobs_finished_.Add({{"state", std::string(state)}, {"reason", std::string(reason)}});
}

void Metrics::QueueWait(absl::Duration wait) { queue_wait_.Observe(absl::ToDoubleSeconds(wait)); }

void Metrics::JobDuration(absl::Duration duration) { job_duration_.Observe(absl::ToDoubleSeconds(duration)); }

void Metrics::SetJobs(std::string_view state, int64_t count) {
  jobs_.Add({{"state", std::string(state)}}).Set(static_cast<double>(count));
}

void Metrics::SetOldestQueued(absl::Duration age) { oldest_queued_.Set(absl::ToDoubleSeconds(age)); }

void Metrics::SetRecoveredJobs(int64_t jobs) { recovered_.Set(static_cast<double>(jobs)); }

void Metrics::SetDraining(bool draining) { draining_.Set(draining ? 1 : 0); }

void Metrics::SamplesProcessed(int64_t samples) { samples_.Increment(static_cast<double>(samples)); }

void Metrics::StepsProcessed(int64_t steps) { steps_.Increment(static_cast<double>(steps)); }

void Metrics::StepPhase(std::string_view phase, std::span<const int64_t> steps, double seconds) {
  const auto found = step_phases_.find(std::string(phase));
  if (found == step_phases_.end()) return;
  found->second->ObserveMultiple(std::vector<double>(steps.begin(), steps.end()), seconds);
}

void Metrics::CheckpointTried(bool written, absl::Duration took) {
  (written ? checkpoints_written_ : checkpoints_failed_).Increment();
  checkpoint_seconds_.Observe(absl::ToDoubleSeconds(took));
}

void Metrics::CheckpointLost() { checkpoints_lost_.Increment(); }

void Metrics::JobResumed() { jobs_resumed_.Increment(); }
void Metrics::JobHeldUp() { jobs_held_up_.Increment(); }

void Metrics::SetCheckpointAge(absl::Duration age) { checkpoint_age_.Set(absl::ToDoubleSeconds(age)); }

void Metrics::Diverged(std::string_view part) {
  const auto found = divergences_.find(std::string(part));
  if (found != divergences_.end()) found->second->Increment();
}

void Metrics::SetBudget(int64_t cores, int64_t memory_bytes) {
  cores_.Set(static_cast<double>(cores));
  memory_budget_.Set(static_cast<double>(memory_bytes));
}

void Metrics::SetReserved(int64_t cores, int64_t memory_bytes) {
  cores_reserved_.Set(static_cast<double>(cores));
  memory_reserved_.Set(static_cast<double>(memory_bytes));
}

void Metrics::CoresBusy(absl::Duration duration) { cores_busy_.Increment(absl::ToDoubleSeconds(duration)); }

void Metrics::WatchStarted() { watch_streams_.Increment(); }

void Metrics::WatchEnded() { watch_streams_.Decrement(); }

void Metrics::DatasetCreated(int64_t bytes) {
  datasets_created_.Increment();
  dataset_bytes_.Increment(static_cast<double>(bytes));
}

void Metrics::UploadReceived(int64_t bytes) { upload_bytes_.Increment(static_cast<double>(bytes)); }

void Metrics::SetDatasetBytes(int64_t bytes) { dataset_stored_bytes_.Set(static_cast<double>(bytes)); }

void Metrics::SetDuplicateBlobs(int64_t duplicates) {
  absl::MutexLock lock(&mutex_);
  RaiseTo(duplicate_blobs_, static_cast<double>(duplicates));
}

void Metrics::Predicted(int64_t rows, absl::Duration took) {
  predict_rows_.Increment(static_cast<double>(rows));
  predict_seconds_.Observe(absl::ToDoubleSeconds(took));
}

void Metrics::SetModelCache(const ModelCacheCounts& counts) {
  absl::MutexLock lock(&mutex_);
  RaiseTo(cache_hits_, static_cast<double>(counts.hits));
  RaiseTo(cache_misses_, static_cast<double>(counts.misses));
  RaiseTo(cache_evictions_, static_cast<double>(counts.evictions));
  cached_models_.Set(static_cast<double>(counts.models));
  cached_bytes_.Set(static_cast<double>(counts.bytes));
}

void Metrics::SetTlsCertificateExpiry(absl::Time until) {
  tls_expiry_.Set(static_cast<double>(absl::ToUnixSeconds(until)));
}

void Metrics::CallDenied(std::string_view reason) {
  const auto found = denied_.find(std::string(reason));
  if (found != denied_.end()) found->second->Increment();
}

void Metrics::TokensReloadFailed() { tokens_reloads_failed_.Increment(); }

void Metrics::AuditLinesLost(AuditLoss why, int64_t lines) {
  prometheus::Counter& lost = why == AuditLoss::kNotWritten ? audit_not_written_
                              : why == AuditLoss::kTooMany  ? audit_too_many_
                                                            : audit_strangers_;
  lost.Increment(static_cast<double>(lines));
}

void Metrics::TlsReloadFailed() { tls_reloads_failed_.Increment(); }

const Metrics::Method& Metrics::FindMethod(std::string_view method) const {
  auto found = methods_.find(std::string(method));
  return found == methods_.end() ? methods_.at(kUnknown) : found->second;
}

void Metrics::RpcStarted(std::string_view method) { FindMethod(method).started->Increment(); }

void Metrics::RpcHandled(std::string_view method, absl::StatusCode code, absl::Duration latency) {
  const Method& found = FindMethod(method);
  // A code out of a client's or a handler's hands may be any number; those without a name are one label.
  const std::string name = absl::StatusCodeToString(code);
  rpcs_handled_.Add({{"method", found.label}, {"code", name.empty() ? kUnknown : name}}).Increment();
  found.latency->Observe(absl::ToDoubleSeconds(latency));
}

}  // namespace traind
