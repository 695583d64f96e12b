// The page that Prometheus scrapes: what was counted as it happened, and what is looked up when it is asked for.
#ifndef TRAIND_SERVER_METRICS_PAGE_H_
#define TRAIND_SERVER_METRICS_PAGE_H_

#include <prometheus/registry.h>

#include <cstdint>

#include "absl/time/time.h"
#include "server/inference/model_cache.h"
#include "server/jobs/scheduler.h"
#include "server/storage/blob_store.h"
#include "server/storage/data_directory.h"
#include "server/storage/database.h"
#include "server/storage/file_system.h"
#include "server/telemetry/http_server.h"
#include "server/telemetry/machine_metrics.h"
#include "server/telemetry/metrics.h"

namespace traind {

// What it looks things up in; all of it outlives the page.
struct MetricsPageParts {
  prometheus::Registry& registry;
  Metrics& metrics;
  Scheduler& scheduler;
  Database& database;
  BlobStore& blobs;
  ModelCache& models;
  DataDirectory& directory;
  FileSystem& files;
  int64_t disk_floor = 0;  // bytes
};

// Thread-safe.
class MetricsPage final {
 public:
  // `start` is when the server began.
  MetricsPage(const MetricsPageParts& parts, absl::Time start) : parts_(parts), machine_(parts.registry, start) {}

  // Reads a little of the database and of /proc. 503 with the reason if the database cannot be read.
  HttpPage Make();

 private:
  MachineReadings ReadMachine() const;

  const MetricsPageParts parts_;
  MachineMetrics machine_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_METRICS_PAGE_H_
