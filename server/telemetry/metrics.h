// The one catalogue of what the server tells Prometheus: every name, label and unit is in metrics.cc and nowhere else.
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
  void QueueWait(absl::Duration wait);        // from its creation to its first start
  void JobDuration(absl::Duration duration);  // from its last start to its end
  void SetJobs(std::string_view state, int64_t count);

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
  void SetCheckpointAge(absl::Duration age);
  void SetCores(int64_t cores);
  void CoresBusy(absl::Duration duration);  // summed over cores

  // Watching.
  void WatchStarted();
  void WatchEnded();

  // Datasets and predictions.
  void DatasetCreated(int64_t bytes);
  void SetDatasetBytes(int64_t bytes);         // that are stored now, the same bytes once
  void SetDuplicateBlobs(int64_t duplicates);  // since the start; never less than before
  void PredictRows(int64_t rows);

  // Calls. RpcHandled follows each RpcStarted once, whatever became of the call.
  void RpcStarted(std::string_view method);
  void RpcHandled(std::string_view method, absl::StatusCode code, absl::Duration latency);

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
  prometheus::Gauge& cores_;
  prometheus::Counter& cores_busy_;
  prometheus::Gauge& watch_streams_;
  prometheus::Counter& datasets_created_;
  prometheus::Counter& dataset_bytes_;
  prometheus::Gauge& dataset_stored_bytes_;
  absl::Mutex mutex_;  // counts duplicates by one thread at a time
  prometheus::Counter& duplicate_blobs_;
  prometheus::Counter& predict_rows_;
  absl::flat_hash_map<std::string, Method> methods_;  // not changed after construction
};

}  // namespace traind

#endif  // TRAIND_SERVER_TELEMETRY_METRICS_H_
