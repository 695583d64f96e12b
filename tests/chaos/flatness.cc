#include "tests/chaos/flatness.h"

#include <algorithm>
#include <span>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace traind::chaos {
namespace {

// What a measure may be off without growing: the share of it, or so much if that is more.
struct Allowance {
  double share;
  double least;
};

Allowance AllowanceOf(Measure measure) {
  switch (measure) {
    case kResidentMegabytes:
    case kAnonymousMegabytes:
      // The server's allocator may keep so much that is free.
      return {0.05, 16};
    case kFiles:
      return {0, 4};
    case kThreads:
      return {0, 0};
    case kDatabaseMegabytes:
      return {0.05, 1};
    default:
      // Datasets of 2.4 to 12 MB come and go.
      return {0.05, 16};
  }
}

double Median(std::span<const ProcessSample> samples, Measure measure) {
  std::vector<double> values;
  for (const ProcessSample& sample : samples) values.push_back(sample.values[measure]);
  std::ranges::sort(values);
  return values[values.size() / 2];
}

}  // namespace

std::vector<Growth> GrowthOf(const std::vector<ProcessSample>& samples) {
  const std::span<const ProcessSample> all(samples);
  const size_t quarter = all.size() / 4;
  std::vector<Growth> growths;
  for (int i = 0; i < kMeasures; ++i) {
    const auto measure = static_cast<Measure>(i);
    const double before = Median(all.subspan(quarter, quarter), measure);
    const Allowance allowance = AllowanceOf(measure);
    growths.push_back({.measure = measure,
                       .before = before,
                       .after = Median(all.last(quarter), measure),
                       .allowed = std::max(allowance.share * before, allowance.least)});
  }
  return growths;
}

std::string MinuteTable(const std::vector<ProcessSample>& samples) {
  std::string table = "minute";
  for (const char* name : kMeasureNames) absl::StrAppendFormat(&table, " %12s", name);
  absl::StrAppend(&table, "        cores\n");
  for (auto begin = samples.begin(); begin != samples.end();) {
    const auto minute = static_cast<int>(begin->seconds / 60);
    const auto end = std::find_if(begin, samples.end(), [&](const auto& s) { return s.seconds >= 60 * (minute + 1); });
    absl::StrAppendFormat(&table, "%6d", minute);
    for (int i = 0; i < kMeasures; ++i) {
      absl::StrAppendFormat(&table, " %12.1f", Median({begin, end}, static_cast<Measure>(i)));
    }
    const ProcessSample& last = *(end - 1);
    const double seconds = last.seconds - begin->seconds;
    absl::StrAppendFormat(&table, " %12.2f\n", seconds > 0 ? (last.cpu_seconds - begin->cpu_seconds) / seconds : 0);
    begin = end;
  }
  return table;
}

std::string GrowthTable(const std::vector<Growth>& growths) {
  std::string table =
      absl::StrFormat("%-12s %14s %14s %10s %10s\n", "", "second quarter", "last quarter", "more by", "allowed");
  for (const Growth& growth : growths) {
    absl::StrAppendFormat(&table, "%-12s %14.1f %14.1f %10.1f %10.1f%s\n", kMeasureNames[growth.measure], growth.before,
                          growth.after, growth.after - growth.before, growth.allowed,
                          growth.is_flat() ? "" : "  GROWS");
  }
  return table;
}

std::string ToCsv(const std::vector<ProcessSample>& samples) {
  std::string csv = "seconds";
  for (const char* name : kMeasureNames) absl::StrAppend(&csv, ",", name);
  absl::StrAppend(&csv, ",cpu_seconds\n");
  for (const ProcessSample& sample : samples) {
    absl::StrAppendFormat(&csv, "%.1f", sample.seconds);
    for (const double value : sample.values) absl::StrAppendFormat(&csv, ",%.3f", value);
    absl::StrAppendFormat(&csv, ",%.2f\n", sample.cpu_seconds);
  }
  return csv;
}

}  // namespace traind::chaos
