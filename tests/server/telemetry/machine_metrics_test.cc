#include "server/telemetry/machine_metrics.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <vector>

#include "absl/time/clock.h"
#include "server/telemetry/http_server.h"

namespace traind {
namespace {

using ::testing::HasSubstr;

TEST(MachineMetricsTest, ShowsWhatWasRead) {
  prometheus::Registry registry;
  MachineMetrics metrics(registry, absl::FromUnixSeconds(1000));
  MachineReadings readings = {.process = {.cpu = absl::Milliseconds(2500),
                                          .resident_bytes = 11,
                                          .anonymous_bytes = 10,
                                          .open_files = 12,
                                          .max_files = 13,
                                          .threads = 14},
                              .cpu_limit_cores = 1.5,
                              .cpu_periods = 15,
                              .cpu_throttled_periods = 16,
                              .cpu_throttled = absl::Milliseconds(500),
                              .memory_limit_bytes = 17,
                              .disk_free_bytes = 18,
                              .disk_floor_bytes = 19,
                              .database_bytes = 20};
  metrics.Update(readings);
  readings.cpu_periods = 3;  // read before, brought later
  metrics.Update(readings);
  const std::string text = PrometheusPage(registry).body;
  for (const char* line :
       {"traind_process_start_time_seconds 1000\n", "traind_process_cpu_seconds_total 2.5\n",
        "traind_process_resident_memory_bytes 11\n", "traind_process_anonymous_memory_bytes 10\n",
        "traind_process_open_fds 12\n", "traind_process_max_fds 13\n", "traind_process_threads 14\n",
        "traind_cpu_limit_cores 1.5\n", "traind_cpu_periods_total 15\n", "traind_cpu_throttled_periods_total 16\n",
        "traind_cpu_throttled_seconds_total 0.5\n", "traind_memory_limit_bytes 17\n", "traind_disk_free_bytes 18\n",
        "traind_disk_floor_bytes 19\n", "traind_database_bytes 20\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

TEST(ReadProcessTest, SaysWhatThisProcessUses) {
  const ProcessReadings before = ReadProcess();
  EXPECT_GT(before.threads, 0);
  EXPECT_GT(before.resident_bytes, 1 << 20);
  EXPECT_GT(before.max_files, before.open_files);

  const int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
  std::vector<char> touched(64 << 20, 1);
  const absl::Time until = absl::Now() + absl::Milliseconds(50);
  while (absl::Now() < until) touched[0] = static_cast<char>(touched[0] + 1);
  const ProcessReadings after = ReadProcess();
  close(file);
  EXPECT_EQ(after.open_files, before.open_files + 1);
  EXPECT_GT(after.cpu, before.cpu);
  EXPECT_GT(after.anonymous_bytes, before.anonymous_bytes + (32 << 20));
  EXPECT_GT(after.resident_bytes, before.resident_bytes + (32 << 20));
}

}  // namespace
}  // namespace traind
