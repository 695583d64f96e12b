#include "tests/chaos/process_sample.h"

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace traind::chaos {
namespace {

namespace fs = std::filesystem;

double CpuSeconds(const std::string& stat_file) {
  std::ifstream file(stat_file);
  std::string text;
  std::getline(file, text);
  const size_t name_end = text.rfind(')');
  int64_t user = 0;
  int64_t system = 0;
  if (name_end != std::string::npos) {
    std::sscanf(text.c_str() + name_end + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &user, &system);
  }
  return static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double CountEntries(const std::string& folder) {
  std::error_code error;
  double entries = 0;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) ++entries;
  return entries;
}

// Files come and go meanwhile.
void MeasureFolder(const std::string& folder, ProcessSample& sample) {
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code gone;
    const auto size = static_cast<double>(entry->file_size(gone));
    if (gone) continue;
    sample.values[kDataMegabytes] += size / 1e6;
    if (absl::StrContains(entry->path().filename().string(), "traind.db")) {
      sample.values[kDatabaseMegabytes] += size / 1e6;
    }
  }
}

}  // namespace

std::optional<ProcessSample> SampleProcess(pid_t pid, const std::string& data_dir) {
  const std::string process = absl::StrCat("/proc/", pid);
  std::ifstream status(process + "/status");
  ProcessSample sample;
  bool resident = false;
  for (std::string name; status >> name;) {
    double value = 0;
    if (name == "VmRSS:") {
      resident = static_cast<bool>(status >> value);
      sample.values[kResidentMegabytes] = value * 1024 / 1e6;
    } else if (name == "RssAnon:") {
      status >> value;
      sample.values[kAnonymousMegabytes] = value * 1024 / 1e6;
    } else if (name == "Threads:") {
      status >> sample.values[kThreads];
    }
  }
  // The dead have no memory.
  if (!resident) return std::nullopt;
  sample.values[kFiles] = CountEntries(process + "/fd");
  sample.cpu_seconds = CpuSeconds(process + "/stat");
  MeasureFolder(data_dir, sample);
  return sample;
}

}  // namespace traind::chaos
