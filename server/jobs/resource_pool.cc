#include "server/jobs/core_pool.h"

#include <algorithm>
#include <utility>

namespace traind {

CorePool::CorePool(int cores) : cores_(cores), free_(cores), looks_(cores) {}

int CorePool::WaitToLook() {
  absl::MutexLock lock(&mutex_);
  auto due = [this]()
                 ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return closed_ || LargerFits() || (looks_ > 0 && free_ > 0); };
  mutex_.Await(absl::Condition(&due));
  if (closed_) return 0;
  int taken = 1;
  if (LargerFits()) {
    taken = std::exchange(larger_, 0);
  } else {
    --looks_;
  }
  free_ -= taken;
  return taken;
}

void CorePool::Took(int in_hand, int threads) {
  absl::MutexLock lock(&mutex_);
  free_ += in_hand - threads;
  AddLook();
}

void CorePool::FoundNone(int in_hand) {
  absl::MutexLock lock(&mutex_);
  free_ += in_hand;
}

void CorePool::FoundLarger(int in_hand, int threads) {
  absl::MutexLock lock(&mutex_);
  free_ += in_hand;
  larger_ = threads;
}

void CorePool::GiveBack(int cores) {
  absl::MutexLock lock(&mutex_);
  free_ += cores;
  AddLook();
}

void CorePool::QueueChanged() {
  absl::MutexLock lock(&mutex_);
  AddLook();
}

void CorePool::Close() {
  absl::MutexLock lock(&mutex_);
  closed_ = true;
}

void CorePool::AddLook() { looks_ = std::min(looks_ + 1, cores_); }

}  // namespace traind
