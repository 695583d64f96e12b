// The part of the catalogue that nobody tells of: what the machine says of this process, read anew for each page.
#ifndef TRAIND_SERVER_TELEMETRY_MACHINE_METRICS_H_
#define TRAIND_SERVER_TELEMETRY_MACHINE_METRICS_H_

#include <prometheus/registry.h>

#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "server/telemetry/process_readings.h"

namespace prometheus {
class Counter;
class Gauge;
}  // namespace prometheus

namespace traind {

struct MachineReadings {
  ProcessReadings process;
  double cpu_limit_cores = 0;  // of the affinity mask and the CPU quota
  int64_t cpu_periods = 0;     // of the quota, since the group was made
  int64_t cpu_throttled_periods = 0;
  absl::Duration cpu_throttled;
  int64_t memory_limit_bytes = 0;  // of the cgroup or the machine
  int64_t disk_free_bytes = 0;
  int64_t disk_floor_bytes = 0;  // below which no data is taken
  int64_t database_bytes = 0;
};

// Thread-safe. Names as in Metrics.
class MachineMetrics final {
 public:
  // `registry` must outlive it. `start` is when the server began.
  MachineMetrics(prometheus::Registry& registry, absl::Time start);
  MachineMetrics(const MachineMetrics&) = delete;
  MachineMetrics& operator=(const MachineMetrics&) = delete;

  // A count that is less than before, as a late reader may bring one, changes nothing.
  void Update(const MachineReadings& readings);

 private:
  absl::Mutex mutex_;  // one update at a time
  // Owned by the registry.
  prometheus::Counter& cpu_;
  prometheus::Gauge& resident_;
  prometheus::Gauge& anonymous_;
  prometheus::Gauge& open_files_;
  prometheus::Gauge& max_files_;
  prometheus::Gauge& threads_;
  prometheus::Gauge& cpu_limit_;
  prometheus::Counter& periods_;
  prometheus::Counter& throttled_periods_;
  prometheus::Counter& throttled_;
  prometheus::Gauge& memory_limit_;
  prometheus::Gauge& disk_free_;
  prometheus::Gauge& disk_floor_;
  prometheus::Gauge& database_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_TELEMETRY_MACHINE_METRICS_H_
