// What a process takes at a moment, from the kernel.
#ifndef TRAIND_TESTS_CHAOS_PROCESS_SAMPLE_H_
#define TRAIND_TESTS_CHAOS_PROCESS_SAMPLE_H_

#include <sys/types.h>

#include <array>
#include <optional>
#include <string>

namespace traind::chaos {

// Megabytes are of a million bytes.
enum Measure {
  kResidentMegabytes,   // VmRSS: mapped files that happen to be in memory are in it
  kAnonymousMegabytes,  // RssAnon: what only the process's end or its own doing gives back
  kFiles,               // open, sockets too
  kThreads,
  kDatabaseMegabytes,  // on the disk
  kDataMegabytes,      // all of the data folder
  kMeasures,
};
inline constexpr std::array<const char*, kMeasures> kMeasureNames = {"rss_mb",  "rss_anon_mb", "open_files",
                                                                     "threads", "database_mb", "data_mb"};

struct ProcessSample {
  double seconds = 0;  // since the first one
  std::array<double, kMeasures> values = {};
  double cpu_seconds = 0;  // so far
};

// Nothing if there is no such process. `data_dir` is a traind's.
std::optional<ProcessSample> SampleProcess(pid_t pid, const std::string& data_dir);

}  // namespace traind::chaos

#endif  // TRAIND_TESTS_CHAOS_PROCESS_SAMPLE_H_
