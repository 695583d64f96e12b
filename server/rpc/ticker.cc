#include "server/rpc/ticker.h"

#include <utility>

#include "absl/time/clock.h"

namespace traind {

Ticker::Ticker(absl::Duration period) : period_(period), thread_([this] { Run(); }) {}

Ticker::~Ticker() {
  {
    absl::MutexLock lock(&mutex_);
    closing_ = true;
  }
  thread_.join();
}

int64_t Ticker::Add(std::function<void(absl::Time)> tick) {
  absl::MutexLock lock(&mutex_);
  ticks_[next_id_] = std::move(tick);
  return next_id_++;
}

void Ticker::Remove(int64_t id) {
  absl::MutexLock lock(&mutex_);
  ticks_.erase(id);
}

void Ticker::Run() {
  absl::MutexLock lock(&mutex_);
  while (!mutex_.AwaitWithTimeout(absl::Condition(&closing_), period_)) {
    for (const auto& [id, tick] : ticks_) tick(absl::Now());
  }
}

}  // namespace traind
