// Logs go to stderr, a line an event: `2026-01-31T12:00:00.123Z INFO job digits: SUCCEEDED ...`.
#ifndef TRAIND_SERVER_TELEMETRY_LOGGING_H_
#define TRAIND_SERVER_TELEMETRY_LOGGING_H_

namespace traind {

// Sets spdlog's default logger up. Before it the lines have spdlog's own form and go to stdout. Never log in a step.
void StartLogging();

}  // namespace traind

#endif  // TRAIND_SERVER_TELEMETRY_LOGGING_H_
