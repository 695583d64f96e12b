// A clock that others hang their time limits on.
#ifndef TRAIND_SERVER_RPC_TICKER_H_
#define TRAIND_SERVER_RPC_TICKER_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace traind {

// What time limits go by: it runs on evenly when the machine's clock is set.
using SteadyTime = std::chrono::steady_clock::time_point;
inline SteadyTime SteadyNow() { return std::chrono::steady_clock::now(); }

// Calls everybody once a period, on one thread of its own. Thread-safe. Must outlive its callers.
class Ticker {
 public:
  explicit Ticker(absl::Duration period);

  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

  // `tick` must be quick and call neither Add nor Remove. Returns what Remove takes.
  int64_t Add(std::function<void(SteadyTime now)> tick);
  // From when it returns the tick is not running and never runs again.
  void Remove(int64_t id);

 private:
  void Run(const std::stop_token& stop);

  const absl::Duration period_;
  absl::Mutex mutex_;
  int64_t next_id_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::flat_hash_map<int64_t, std::function<void(SteadyTime)>> ticks_ ABSL_GUARDED_BY(mutex_);
  std::jthread thread_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_RPC_TICKER_H_
