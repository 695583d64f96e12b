#include "client/cli/output.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "absl/strings/str_format.h"
#include "absl/time/time.h"

namespace traind::client {
namespace {

std::string ToJson(const google::protobuf::Message& message, bool whitespace) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  options.add_whitespace = whitespace;
  std::string json;
  auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
  return status.ok() ? json : std::string("{}");
}

}  // namespace

void PrintJson(std::ostream& out, const google::protobuf::Message& message) {
  std::string json = ToJson(message, true);
  out << json << (json.ends_with('\n') ? "" : "\n");
}

void PrintJsonLine(std::ostream& out, const google::protobuf::Message& message) {
  out << ToJson(message, false) << "\n";
}

std::vector<std::pair<std::string, double>> InOrder(const google::protobuf::Map<std::string, double>& metrics) {
  std::map<std::string, double> rest(metrics.begin(), metrics.end());
  std::vector<std::pair<std::string, double>> result;
  for (const char* name : {"loss", "accuracy", "val_loss", "val_accuracy"}) {
    if (auto found = rest.extract(name)) result.emplace_back(name, found.mapped());
  }
  result.insert(result.end(), rest.begin(), rest.end());
  return result;
}

std::string FormatMetric(double value) {
  double size = std::abs(value);
  if (size == 0 || (size >= 0.0001 && size < 10)) return absl::StrFormat("%.4f", value);
  return absl::StrFormat("%.4g", value);
}

std::string FormatRate(double per_second) {
  if (per_second < 1e3) return absl::StrFormat("%.0f", per_second);
  if (per_second < 1e6) return absl::StrFormat("%.1fk", per_second / 1e3);
  return absl::StrFormat("%.2fM", per_second / 1e6);
}

std::string FormatTime(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0) return "";
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", absl::FromUnixSeconds(time.seconds()), absl::LocalTimeZone());
}

std::string FormatBytes(int64_t bytes) {
  if (bytes < 1024) return absl::StrFormat("%d B", bytes);
  double size = static_cast<double>(bytes);
  const char* unit = "";
  for (const char* next : {"KiB", "MiB", "GiB", "TiB"}) {
    if (size < 1024) break;
    size /= 1024;
    unit = next;
  }
  return absl::StrFormat("%.1f %s", size, unit);
}

}  // namespace traind::client
