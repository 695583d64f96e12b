// The pauses between tries, each twice as long as the one before.
#ifndef TRAIND_CLIENT_CPP_BACKOFF_H_
#define TRAIND_CLIENT_CPP_BACKOFF_H_

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <stop_token>

#include "absl/random/random.h"
#include "absl/time/time.h"

namespace traind::client {

// Used by one thread.
class Backoff {
 public:
  // From `first` to `last`, each shortened by chance to no less than half, so that many clients do not come at once.
  Backoff(absl::Duration first, absl::Duration last) : first_(first), last_(last), next_(first) {}

  // Begins with the first again: something worked.
  void Reset() { next_ = first_; }

  // Sleeps for the next pause or for `at_least`, whichever is longer; returns early when stopped.
  void Wait(const std::stop_token& stop, absl::Duration at_least = absl::ZeroDuration()) {
    const absl::Duration pause = std::max(next_ * absl::Uniform(random_, 0.5, 1.0), at_least);
    next_ = std::min(next_ * 2, last_);
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    stopped.wait_for(lock, stop, absl::ToChronoMilliseconds(pause), [] { return false; });
  }

 private:
  const absl::Duration first_;
  const absl::Duration last_;
  absl::Duration next_;
  absl::BitGen random_;
};

}  // namespace traind::client

#endif  // TRAIND_CLIENT_CPP_BACKOFF_H_
