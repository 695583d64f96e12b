#include "server/jobs/event_hub.h"

#include <utility>

namespace traind {

EventHub::Subscription& EventHub::Subscription::operator=(Subscription&& other) noexcept {
  if (this == &other) return *this;
  Reset();
  hub_ = std::exchange(other.hub_, nullptr);
  watcher_ = std::move(other.watcher_);
  return *this;
}

void EventHub::Subscription::Reset() {
  if (watcher_ == nullptr) return;
  {
    absl::MutexLock lock(&hub_->mutex_);
    auto job = hub_->watchers_.find(watcher_->job_id);
    std::erase(job->second, watcher_);
    if (job->second.empty()) hub_->watchers_.erase(job);
  }
  // A publisher may have taken the watcher out of the hub before: its wake ends before this lock is had, and another
  // finds none.
  const std::shared_ptr<Watcher> watcher = std::move(watcher_);
  absl::MutexLock lock(&watcher->mutex);
  watcher->wake = nullptr;
}

EventHub::Subscription EventHub::Subscribe(const std::string& job_id, std::function<void()> wake) {
  auto watcher = std::make_shared<Watcher>(job_id, std::move(wake));
  absl::MutexLock lock(&mutex_);
  watchers_[job_id].push_back(watcher);
  return Subscription(this, std::move(watcher));
}

void EventHub::Publish(const std::string& job_id) {
  ++publications_;
  std::vector<std::shared_ptr<Watcher>> watchers;
  {
    absl::MutexLock lock(&mutex_);
    auto job = watchers_.find(job_id);
    if (job == watchers_.end()) return;
    watchers = job->second;
  }
  for (const std::shared_ptr<Watcher>& watcher : watchers) {
    absl::MutexLock lock(&watcher->mutex);
    if (watcher->wake) watcher->wake();
  }
}

}  // namespace traind
