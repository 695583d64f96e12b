#include "server/telemetry/machine_metrics.h"

#include "server/telemetry/families.h"

namespace traind {

MachineMetrics::MachineMetrics(prometheus::Registry& registry, absl::Time start)
    : cpu_(Counters(registry, "traind_process_cpu_seconds_total", "CPU time of the process, user and system.").Add({})),
      resident_(Gauges(registry, "traind_process_resident_memory_bytes",
                       "Physical memory of the process, with the files that it maps.")
                    .Add({})),
      anonymous_(Gauges(registry, "traind_process_anonymous_memory_bytes",
                        "Physical memory of the process that no file holds.")
                     .Add({})),
      open_files_(Gauges(registry, "traind_process_open_fds", "File descriptors that are open.").Add({})),
      max_files_(
          Gauges(registry, "traind_process_max_fds", "File descriptors that may be open, the soft limit.").Add({})),
      threads_(Gauges(registry, "traind_process_threads", "Threads of the process.").Add({})),
      cpu_limit_(Gauges(registry, "traind_cpu_limit_cores",
                        "Cores that affinity mask and CPU quota allow the process, not rounded.")
                     .Add({})),
      periods_(Counters(registry, "traind_cpu_periods_total",
                        "Periods of the CPU quota in which the cgroup ran; none without a quota.")
                   .Add({})),
      throttled_periods_(Counters(registry, "traind_cpu_throttled_periods_total",
                                  "Periods in which the cgroup had used its CPU quota up.")
                             .Add({})),
      throttled_(Counters(registry, "traind_cpu_throttled_seconds_total",
                          "Time that the CPU quota kept threads of the cgroup from running.")
                     .Add({})),
      memory_limit_(
          Gauges(registry, "traind_memory_limit_bytes", "Memory of the machine, or of the cgroup if that is less.")
              .Add({})),
      disk_free_(Gauges(registry, "traind_disk_free_bytes", "Free space on the disk of the data folder.").Add({})),
      disk_floor_(Gauges(registry, "traind_disk_floor_bytes",
                         "Free space that data leaves to checkpoints and the database (--min_free_disk_mb).")
                      .Add({})),
      database_(
          Gauges(registry, "traind_database_bytes", "Size of the database's file, without its journal.").Add({})) {
  Gauges(registry, "traind_process_start_time_seconds", "When the server began, in seconds since 1970.")
      .Add({})
      .Set(absl::ToDoubleSeconds(start - absl::UnixEpoch()));
}

void MachineMetrics::Update(const MachineReadings& readings) {
  absl::MutexLock lock(&mutex_);
  RaiseTo(cpu_, absl::ToDoubleSeconds(readings.process.cpu));
  resident_.Set(static_cast<double>(readings.process.resident_bytes));
  anonymous_.Set(static_cast<double>(readings.process.anonymous_bytes));
  open_files_.Set(static_cast<double>(readings.process.open_files));
  max_files_.Set(static_cast<double>(readings.process.max_files));
  threads_.Set(static_cast<double>(readings.process.threads));
  cpu_limit_.Set(readings.cpu_limit_cores);
  RaiseTo(periods_, static_cast<double>(readings.cpu_periods));
  RaiseTo(throttled_periods_, static_cast<double>(readings.cpu_throttled_periods));
  RaiseTo(throttled_, absl::ToDoubleSeconds(readings.cpu_throttled));
  memory_limit_.Set(static_cast<double>(readings.memory_limit_bytes));
  disk_free_.Set(static_cast<double>(readings.disk_free_bytes));
  disk_floor_.Set(static_cast<double>(readings.disk_floor_bytes));
  database_.Set(static_cast<double>(readings.database_bytes));
}

}  // namespace traind
