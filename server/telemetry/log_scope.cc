#include "server/telemetry/log_scope.h"

namespace traind {
namespace {

thread_local LogFields current;

}  // namespace

LogScope::LogScope(const LogFields& fields) : outer_(current) {
  if (!fields.job.empty()) current.job = fields.job;
  if (!fields.request_id.empty()) current.request_id = fields.request_id;
}

LogScope::~LogScope() { current = outer_; }

const LogFields& CurrentLogFields() { return current; }

}  // namespace traind
