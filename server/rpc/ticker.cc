#include "server/rpc/ticker.h"

#include <utility>

#include "server/jobs/backoff.h"

namespace traind {

Ticker::Ticker(absl::Duration period) : period_(period), thread_([this](const std::stop_token& stop) { Run(stop); }) {}

int64_t Ticker::Add(std::function<void(SteadyTime)> tick) {
  absl::MutexLock lock(&mutex_);
  ticks_[next_id_] = std::move(tick);
  return next_id_++;
}

void Ticker::Remove(int64_t id) {
  absl::MutexLock lock(&mutex_);
  ticks_.erase(id);
}

void Ticker::Run(const std::stop_token& stop) {
  while (SleepUnlessStopped(stop, period_)) {
    absl::MutexLock lock(&mutex_);
    for (const auto& [id, tick] : ticks_) tick(SteadyNow());
  }
}

}  // namespace traind
