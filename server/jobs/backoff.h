// Waits between tries.
#ifndef TRAIND_SERVER_JOBS_BACKOFF_H_
#define TRAIND_SERVER_JOBS_BACKOFF_H_

#include <algorithm>
#include <stop_token>

#include "absl/time/time.h"

namespace traind {

// Waits so long, whatever becomes of the machine's clock meanwhile, or until `stop` asks: then false. absl's waits with
// a time limit go by that clock: set back by an hour, it makes them an hour longer.
bool SleepUnlessStopped(const std::stop_token& stop, absl::Duration duration);

// How long to wait before the next try, twice as long each time. Thread-compatible.
class Backoff final {
 public:
  absl::Duration delay() const { return delay_; }

  // Waits for `delay`; false if `stop` asked.
  bool Wait(const std::stop_token& stop) {
    const absl::Duration delay = delay_;
    delay_ = std::min(delay_ * 2, kLast);
    return SleepUnlessStopped(stop, delay);
  }

 private:
  static constexpr absl::Duration kFirst = absl::Milliseconds(100);
  static constexpr absl::Duration kLast = absl::Seconds(10);

  absl::Duration delay_ = kFirst;
};

}  // namespace traind

#endif  // TRAIND_SERVER_JOBS_BACKOFF_H_
