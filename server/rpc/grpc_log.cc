#include "server/rpc/grpc_log.h"

#include <grpc/support/log.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/base/const_init.h"
#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"

namespace traind {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kPeriod = std::chrono::seconds(10);
constexpr int64_t kMostInPeriod = 10;

ABSL_CONST_INIT absl::Mutex mutex(absl::kConstInit);
Clock::time_point period_begin ABSL_GUARDED_BY(mutex);
int64_t in_period ABSL_GUARDED_BY(mutex) = 0;

// Nothing: there were enough. Else how many were left out before this one.
std::optional<int64_t> LeftOutBefore() {
  absl::MutexLock lock(&mutex);
  int64_t left_out = 0;
  if (const Clock::time_point now = Clock::now(); now - period_begin >= kPeriod) {
    period_begin = now;
    left_out = std::max<int64_t>(0, std::exchange(in_period, 0) - kMostInPeriod);
  }
  if (++in_period > kMostInPeriod) return std::nullopt;
  return left_out;
}

void Log(gpr_log_func_args* line) {
  const auto level = line->severity == GPR_LOG_SEVERITY_ERROR ? spdlog::level::warn : spdlog::level::debug;
  if (!spdlog::should_log(level)) return;
  const std::optional<int64_t> left_out = LeftOutBefore();
  if (!left_out) return;
  spdlog::log(level, "gRPC: {}{}", line->message, *left_out == 0 ? "" : absl::StrCat(" (", *left_out, " more before)"));
}

}  // namespace

void TakeGrpcLog() { gpr_set_log_function(&Log); }

}  // namespace traind
