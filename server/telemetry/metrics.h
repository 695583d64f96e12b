// The one catalogue of what the server tells Prometheus: every name, label and unit is in metrics.cc and
// machine_metrics.cc and nowhere else; docs/operations.md says what they mean.
//
// Names follow https://prometheus.io/docs/practices/naming: prefix `traind_`, base units (seconds, bytes), `_total` for
// counters. Every label has a fixed set of values, so that no client can make the server grow.
#ifndef TRAIND_SERVER_TELEMETRY_METRICS_H_
#define TRAIND_SERVER_TELEMETRY_METRICS_H_

#include <prometheus/registry.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
template <typename T>
class Family;
}  // namespace prometheus

namespace traind {

// What `traind_build_info` says.
struct BuildInfo {
  std::string version;
  std::string onednn_version;
};

// The phases of a training step and the upper bounds, in seconds, of the histogram of each.
struct StepPhases {
  std::vector<std::string> names;
  std::vector<double> bounds;
};

// Of the models that are kept ready to predict. The first three never become less.
struct ModelCacheCounts {
  int64_t hits = 0;
  int64_t misses = 0;
  int64_t evictions = 0;  // to make room
  int64_t models = 0;     // now
  int64_t bytes = 0;      // of their weights, now
};

// Thread-safe. Calls cost some tens of nanoseconds to a microsecond; none belongs in a training step.
class Metrics final {
 public:
  // `registry` must outlive the metrics and hold no others of these names. `rpc_methods` are the methods served, as
  // gRPC writes them (`/traind.v1.TrainingService/GetTrainingJob`); calls of any other are counted as `unknown`.
  // `phases` are what StepPhase will be told of.
  Metrics(prometheus::Registry& registry, const BuildInfo& build, const std::vector<std::string>& rpc_methods,
          const StepPhases& phases = {});

  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // Jobs. States and reasons are those of the wire contract, such as `FAILED` and `DIVERGED`; no reason is ``.
  void JobSubmitted();
  void JobFinished(std::string_view state, std::string_view reason);
  // Shows such ends from the beginning, at 0, so that the first one is an increase.
  void ExpectJobEnd(std::string_view state, std::string_view reason);
  void QueueWait(absl::Duration wait);        // from its creation to its first start
  void JobDuration(absl::Duration duration);  // from its last start to its end
  void SetJobs(std::string_view state, int64_t count);
  void SetOldestQueued(absl::Duration age);  // 0 if none waits
  void SetRecoveredJobs(int64_t jobs);       // that the last server left at work, not having stopped cleanly
  void SetDraining(bool draining);

  // Training, in amounts since the last call.
  void SamplesProcessed(int64_t samples);
  void StepsProcessed(int64_t steps);
  // Steps in which `phase` took up to each bound and more than the bound before, the last of them more than any; and
  // what all of them took. Any other phase counts nothing.
  void StepPhase(std::string_view phase, std::span<const int64_t> steps, double seconds);
  // Checkpoints: each one that was tried, whether it was written and what that took; those found unreadable; jobs that
  // went on from one; and the longest that a running job is without a new one.
  void CheckpointTried(bool written, absl::Duration took);
  void CheckpointLost();
  void JobResumed();
  // A run that storage failed and that is tried again.
  void JobHeldUp();
  void SetCheckpointAge(absl::Duration age);
  // The first value or weight of a training that became NaN or infinite was of its "output", its "gradient" or its
  // "weights"; anything else counts nothing.
  void Diverged(std::string_view part);
  void SetBudget(int64_t cores, int64_t memory_bytes);    // that jobs have all together
  void SetReserved(int64_t cores, int64_t memory_bytes);  // by jobs at work
  void CoresBusy(absl::Duration duration);                // summed over cores

  // Watching.
  void WatchStarted();
  void WatchEnded();

  // Datasets and predictions.
  void DatasetCreated(int64_t bytes);
  void UploadReceived(int64_t bytes);          // of chunks that were taken
  void SetDatasetBytes(int64_t bytes);         // that are stored now, the same bytes once
  void SetDuplicateBlobs(int64_t duplicates);  // since the start; never less than before
  // One answer: its rows and how long it took once a thread was free.
  void Predicted(int64_t rows, absl::Duration took);
  void SetModelCache(const ModelCacheCounts& counts);

  // Calls. RpcHandled follows each RpcStarted once, whatever became of the call.
  void RpcStarted(std::string_view method);
  void RpcHandled(std::string_view method, absl::StatusCode code, absl::Duration latency);

  // Access: calls that the gate refused, by the reason that they were told (`TOKEN_MISSING`, `TOKEN_INVALID`,
  // `ROLE_TOO_LOW`, `TENANT_RATE`; any other counts nothing); changed tokens that were not taken; audit lines that are
  // not there, and why.
  void CallDenied(std::string_view reason);
  void TokensReloadFailed();
  enum class AuditLoss { kNotWritten, kTooMany, kStrangers };
  void AuditLinesLost(AuditLoss why, int64_t lines);

  // TLS: until when the certificate is valid, and new files that were not taken.
  void SetTlsCertificateExpiry(absl::Time until);
  void TlsReloadFailed();

 private:
  struct Method {
    std::string label;
    prometheus::Counter* started;
    prometheus::Histogram* latency;
  };
  const Method& FindMethod(std::string_view method) const;

  // Owned by the registry.
  prometheus::Family<prometheus::Counter>& jobs_finished_;
  prometheus::Family<prometheus::Gauge>& jobs_;
  prometheus::Family<prometheus::Counter>& rpcs_handled_;
  prometheus::Counter& jobs_submitted_;
  prometheus::Histogram& queue_wait_;
  prometheus::Histogram& job_duration_;
  prometheus::Counter& samples_;
  prometheus::Counter& steps_;
  absl::flat_hash_map<std::string, prometheus::Histogram*> step_phases_;  // not changed after construction
  prometheus::Counter& checkpoints_written_;
  prometheus::Counter& checkpoints_failed_;
  prometheus::Counter& checkpoints_lost_;
  prometheus::Histogram& checkpoint_seconds_;
  prometheus::Gauge& checkpoint_age_;
  prometheus::Counter& jobs_resumed_;
  prometheus::Counter& jobs_held_up_;
  prometheus::Gauge& oldest_queued_;
  prometheus::Gauge& recovered_;
  prometheus::Gauge& draining_;
  absl::flat_hash_map<std::string, prometheus::Counter*> divergences_;  // not changed after construction
  prometheus::Gauge& cores_;
  prometheus::Gauge& cores_reserved_;
  prometheus::Gauge& memory_budget_;
  prometheus::Gauge& memory_reserved_;
  prometheus::Counter& cores_busy_;
  prometheus::Gauge& watch_streams_;
  prometheus::Counter& datasets_created_;
  prometheus::Counter& dataset_bytes_;
  prometheus::Gauge& dataset_stored_bytes_;
  prometheus::Counter& upload_bytes_;
  absl::Mutex mutex_;  // what is counted elsewhere is brought here by one thread at a time
  prometheus::Counter& duplicate_blobs_;
  prometheus::Counter& predict_rows_;
  prometheus::Histogram& predict_seconds_;
  prometheus::Counter& cache_hits_;
  prometheus::Counter& cache_misses_;
  prometheus::Counter& cache_evictions_;
  prometheus::Gauge& cached_models_;
  prometheus::Gauge& cached_bytes_;
  absl::flat_hash_map<std::string, Method> methods_;               // not changed after construction
  absl::flat_hash_map<std::string, prometheus::Counter*> denied_;  // not changed after construction
  prometheus::Counter& tokens_reloads_failed_;
  prometheus::Counter& audit_not_written_;
  prometheus::Counter& audit_too_many_;
  prometheus::Counter& audit_strangers_;
  prometheus::Gauge& tls_expiry_;
  prometheus::Counter& tls_reloads_failed_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_TELEMETRY_METRICS_H_
