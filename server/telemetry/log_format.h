// How a line of the log looks.
#ifndef TRAIND_SERVER_TELEMETRY_LOG_FORMAT_H_
#define TRAIND_SERVER_TELEMETRY_LOG_FORMAT_H_

#include <spdlog/formatter.h>

#include <memory>

#include "server/telemetry/logging.h"

namespace traind {

// One line for each message, with the fields of the thread's LogScope; what a message quotes can break no line.
//   text: `2026-01-31T12:00:00.123Z info SUCCEEDED after 360 steps job=digits`; control characters become `\xNN`.
//   JSON: `{"time":"2026-01-31T12:00:00.123Z","level":"info","message":"...","job":"digits","request_id":"..."}`, with
//         fields left out that there are not; bytes that are no UTF-8 become U+FFFD.
std::unique_ptr<spdlog::formatter> MakeLogFormatter(LogFormat format);

}  // namespace traind

#endif  // TRAIND_SERVER_TELEMETRY_LOG_FORMAT_H_
