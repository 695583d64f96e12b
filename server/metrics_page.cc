#include "server/metrics_page.h"

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "server/jobs/core_budget.h"
#include "server/storage/blob_references.h"

namespace traind {

HttpPage MetricsPage::Make() {
  absl::Status updated = parts_.scheduler.UpdateGauges();
  const absl::StatusOr<int64_t> dataset_bytes = DatasetBytes(parts_.database);
  updated.Update(dataset_bytes.status());
  if (!updated.ok()) return {.status = 503, .body = absl::StrCat(updated.message(), "\n")};
  parts_.metrics.SetDatasetBytes(*dataset_bytes);
  parts_.metrics.SetDuplicateBlobs(parts_.blobs.duplicates());
  parts_.metrics.SetModelCache(parts_.models.counts());
  machine_.Update(ReadMachine());
  return PrometheusPage(parts_.registry);
}

MachineReadings MetricsPage::ReadMachine() const {
  const CpuThrottling throttling = ReadCpuThrottling();
  return {.process = ReadProcess(),
          .cpu_limit_cores = CpuLimit(),
          .cpu_periods = throttling.periods,
          .cpu_throttled_periods = throttling.throttled_periods,
          .cpu_throttled = throttling.throttled,
          .memory_limit_bytes = AvailableMemory(),
          .disk_free_bytes = parts_.files.FreeBytes(parts_.directory.path()).value_or(0),
          .disk_floor_bytes = parts_.disk_floor,
          .database_bytes = parts_.files.Size(parts_.directory.database_path()).value_or(0)};
}

}  // namespace traind
