// The log goes to stderr, a line an event, by spdlog's default logger: `spdlog::info("...")` from anywhere. Names of
// jobs and calls are not in the text of a line but fields of it (server/telemetry/log_scope.h). Never log in a step,
// and no secrets.
#ifndef TRAIND_SERVER_TELEMETRY_LOGGING_H_
#define TRAIND_SERVER_TELEMETRY_LOGGING_H_

#include <optional>
#include <string_view>

namespace traind {

enum class LogFormat { kText, kJson };
// From the most talkative on; each leaves out what those before it add.
enum class LogLevel { kDebug, kInfo, kWarn, kError };

// `text`, `json`; `debug`, `info`, `warn`, `error`. Nothing for any other name.
std::optional<LogFormat> LogFormatOf(std::string_view name);
std::optional<LogLevel> LogLevelOf(std::string_view name);

// Before it the lines have spdlog's own form and go to stdout.
void StartLogging(LogFormat format, LogLevel level);

// One level more talkative, or one less; says so in the log. At the last level nothing changes. Thread-safe.
void LogMore();
void LogLess();

}  // namespace traind

#endif  // TRAIND_SERVER_TELEMETRY_LOGGING_H_
