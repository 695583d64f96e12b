// What the kernel counts of this process.
#ifndef TRAIND_SERVER_TELEMETRY_PROCESS_READINGS_H_
#define TRAIND_SERVER_TELEMETRY_PROCESS_READINGS_H_

#include <cstdint>

#include "absl/time/time.h"

namespace traind {

struct ProcessReadings {
  absl::Duration cpu;           // user and system time of all threads
  int64_t resident_bytes = 0;   // physical memory, mapped files included
  int64_t anonymous_bytes = 0;  // of that, what no file holds and the system cannot take back
  int64_t open_files = 0;
  int64_t max_files = 0;  // the soft limit
  int64_t threads = 0;
};

// What cannot be read stays 0. Costs some tens of microseconds, and more with thousands of open files.
ProcessReadings ReadProcess();

}  // namespace traind

#endif  // TRAIND_SERVER_TELEMETRY_PROCESS_READINGS_H_
