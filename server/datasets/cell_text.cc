#include "server/datasets/cell_text.h"

#include <algorithm>
#include <array>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace traind {
namespace {

constexpr auto kMissing = std::to_array<std::string_view>(
    {"", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NULL", "null", "None", "none", "?"});
constexpr size_t kLongestMissing = 4;

constexpr auto kDates = std::to_array<const char*>({"%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y",
                                                    "%d-%m-%Y", "%d %b %Y", "%b %d, %Y", "%d-%b-%Y", "%Y-%m"});
constexpr auto kTimes =
    std::to_array<const char*>({"", " %H:%M", " %H:%M:%E*S", "T%H:%M", "T%H:%M:%E*S", "T%H:%M:%E*S%Ez", "T%H:%M%Ez",
                                " %H:%M:%E*S%Ez", " %H:%M:%E*S %Ez"});
constexpr size_t kShortestDate = 5;  // 20:15
constexpr size_t kLongestDate = 40;

bool Parses(const std::string& format, std::string_view text) {
  absl::Time time;
  return absl::ParseTime(format, absl::string_view(text.data(), text.size()), &time, nullptr);
}

}  // namespace

bool IsMissing(std::string_view text) {
  return text.size() <= kLongestMissing && std::ranges::find(kMissing, text) != kMissing.end();
}

bool IsDate(std::string_view text) {
  if (text.size() < kShortestDate || text.size() > kLongestDate) return false;
  // Most texts are none: these two looks tell nearly all of them.
  const auto digits = std::ranges::count_if(text, [](char c) { return absl::ascii_isdigit(static_cast<uint8_t>(c)); });
  if (digits < 4 || text.find_first_of("-/.: ") == text.npos) return false;
  if (text[2] == ':' || text[1] == ':') return Parses("%H:%M", text) || Parses("%H:%M:%E*S", text);
  for (const char* date : kDates) {
    for (const char* time : kTimes) {
      if (Parses(std::string(date) + time, text)) return true;
    }
  }
  return false;
}

}  // namespace traind
