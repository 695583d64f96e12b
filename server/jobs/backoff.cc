#include "server/jobs/backoff.h"

#include <condition_variable>
#include <mutex>

namespace traind {

bool SleepUnlessStopped(const std::stop_token& stop, absl::Duration duration) {
  std::mutex mutex;  // nobody else has it
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  return !never.wait_for(lock, stop, absl::ToChronoNanoseconds(duration), [&] { return stop.stop_requested(); });
}

}  // namespace traind
