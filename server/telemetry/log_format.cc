#include "server/telemetry/log_format.h"

#include <spdlog/details/log_msg.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "server/telemetry/log_scope.h"

namespace traind {
namespace {

std::string TimeOf(const spdlog::details::log_msg& message) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::FromChrono(message.time), absl::UTCTimeZone());
}

std::string_view LevelOf(const spdlog::details::log_msg& message) {
  const auto name = spdlog::level::to_string_view(message.level);
  return message.level == spdlog::level::warn ? "warn" : std::string_view(name.data(), name.size());
}

std::string OnOneLine(std::string_view text) {
  std::string line;
  for (const char byte : text) {
    if (static_cast<unsigned char>(byte) >= ' ' && byte != '\x7f') {
      line += byte;
    } else {
      absl::StrAppendFormat(&line, "\\x%02x", static_cast<unsigned char>(byte));
    }
  }
  return line;
}

std::string Text(const spdlog::details::log_msg& message) {
  const std::string_view level = LevelOf(message);
  const LogFields& fields = CurrentLogFields();
  std::string line = absl::StrCat(TimeOf(message), " ", absl::string_view(level.data(), level.size()), " ",
                                  OnOneLine({message.payload.data(), message.payload.size()}));
  if (!fields.job.empty()) absl::StrAppend(&line, " job=", fields.job);
  if (!fields.request_id.empty()) absl::StrAppend(&line, " request_id=", fields.request_id);
  return line;
}

std::string Json(const spdlog::details::log_msg& message) {
  const LogFields& fields = CurrentLogFields();
  nlohmann::ordered_json line = {{"time", TimeOf(message)},
                                 {"level", LevelOf(message)},
                                 {"message", std::string(message.payload.data(), message.payload.size())}};
  if (!fields.job.empty()) line["job"] = fields.job;
  if (!fields.request_id.empty()) line["request_id"] = fields.request_id;
  return line.dump(-1, ' ', /*ensure_ascii=*/false, nlohmann::ordered_json::error_handler_t::replace);
}

class LogFormatter : public spdlog::formatter {
 public:
  explicit LogFormatter(LogFormat format) : format_(format) {}

  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& into) override {
    const std::string line = format_ == LogFormat::kJson ? Json(message) : Text(message);
    into.append(line.data(), line.data() + line.size());
    into.push_back('\n');
  }

  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<LogFormatter>(format_); }

 private:
  const LogFormat format_;
};

}  // namespace

std::unique_ptr<spdlog::formatter> MakeLogFormatter(LogFormat format) { return std::make_unique<LogFormatter>(format); }

}  // namespace traind
