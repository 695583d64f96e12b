#include "server/telemetry/process_readings.h"

#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

namespace traind {
namespace {

int64_t CountEntries(const char* folder) {
  std::error_code error;
  const std::filesystem::directory_iterator entries(folder, error);
  return error ? 0 : std::distance(begin(entries), end(entries));
}

}  // namespace

ProcessReadings ReadProcess() {
  ProcessReadings readings;
  rusage usage = {};
  if (getrusage(RUSAGE_SELF, &usage) == 0) {
    readings.cpu = absl::DurationFromTimeval(usage.ru_utime) + absl::DurationFromTimeval(usage.ru_stime);
  }
  std::ifstream statm("/proc/self/statm");
  int64_t size = 0;
  int64_t resident = 0;
  int64_t of_files = 0;
  if (statm >> size >> resident >> of_files) {
    readings.resident_bytes = resident * sysconf(_SC_PAGESIZE);
    readings.anonymous_bytes = (resident - of_files) * sysconf(_SC_PAGESIZE);
  }
  readings.open_files = CountEntries("/proc/self/fd");
  readings.threads = CountEntries("/proc/self/task");
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) readings.max_files = static_cast<int64_t>(limit.rlim_cur);
  return readings;
}

}  // namespace traind
