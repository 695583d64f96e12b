// What a thread is at work on, for the log.
#ifndef TRAIND_SERVER_TELEMETRY_LOG_SCOPE_H_
#define TRAIND_SERVER_TELEMETRY_LOG_SCOPE_H_

#include <string>

namespace traind {

// Fields of a line; empty: none.
struct LogFields {
  std::string job = {};         // the id of a job
  std::string request_id = {};  // of a call
};

// While it lives, every line that its thread logs has these fields, whoever logs it. Scopes nest: an empty field leaves
// that of the outer scope.
class LogScope {
 public:
  explicit LogScope(const LogFields& fields);
  ~LogScope();
  LogScope(const LogScope&) = delete;
  LogScope& operator=(const LogScope&) = delete;

 private:
  const LogFields outer_;
};

// Of the calling thread.
const LogFields& CurrentLogFields();

}  // namespace traind

#endif  // TRAIND_SERVER_TELEMETRY_LOG_SCOPE_H_
