#include "server/telemetry/logging.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "server/telemetry/log_format.h"

namespace traind {
namespace {

struct Level {
  std::string_view name;
  spdlog::level::level_enum level;
};
// In the order of LogLevel.
constexpr std::array<Level, 4> kLevels = {{{"debug", spdlog::level::debug},
                                           {"info", spdlog::level::info},
                                           {"warn", spdlog::level::warn},
                                           {"error", spdlog::level::err}}};

void Move(int steps) {
  const auto now =
      std::find_if(kLevels.begin(), kLevels.end(), [](const Level& one) { return one.level == spdlog::get_level(); });
  const auto place = std::clamp<std::ptrdiff_t>(now - kLevels.begin() + steps, 0, std::ssize(kLevels) - 1);
  const Level& next = kLevels[static_cast<size_t>(place)];
  spdlog::set_level(next.level);
  // Whoever asked for it is to see it, whatever the level.
  spdlog::log(next.level, "the log level is {}", next.name);
}

}  // namespace

std::optional<LogFormat> LogFormatOf(std::string_view name) {
  if (name == "text") return LogFormat::kText;
  if (name == "json") return LogFormat::kJson;
  return std::nullopt;
}

std::optional<LogLevel> LogLevelOf(std::string_view name) {
  for (size_t i = 0; i < kLevels.size(); ++i) {
    if (kLevels[i].name == name) return static_cast<LogLevel>(i);
  }
  return std::nullopt;
}

void StartLogging(LogFormat format, LogLevel level) {
  auto logger = std::make_shared<spdlog::logger>("traind", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_formatter(MakeLogFormatter(format));
  logger->set_level(kLevels[static_cast<size_t>(level)].level);
  logger->flush_on(spdlog::level::debug);
  spdlog::set_default_logger(std::move(logger));
}

void LogMore() { Move(-1); }

void LogLess() { Move(1); }

}  // namespace traind
