// Tells watchers that a job's log has grown. It carries no events: a watcher holds a cursor and reads the durable log,
// so a slow or dead watcher costs a few hundred bytes, whatever the job does.
#ifndef TRAIND_SERVER_JOBS_EVENT_HUB_H_
#define TRAIND_SERVER_JOBS_EVENT_HUB_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"

namespace traind {

// Thread-safe. Must outlive its subscriptions.
class EventHub final {
 private:
  struct Watcher;

 public:
  // Ends when it is destroyed: from then on its `wake` is not running and never runs again. So it must not be
  // destroyed inside its own `wake`, nor under a lock that `wake` takes.
  class Subscription final {
   public:
    Subscription() = default;  // of nothing
    Subscription(Subscription&& other) noexcept { *this = std::move(other); }
    Subscription& operator=(Subscription&& other) noexcept;
    ~Subscription() { Reset(); }

   private:
    friend class EventHub;
    Subscription(EventHub* hub, std::shared_ptr<Watcher> watcher) : hub_(hub), watcher_(std::move(watcher)) {}
    void Reset();

    EventHub* hub_ = nullptr;
    std::shared_ptr<Watcher> watcher_;
  };

  EventHub() = default;
  EventHub(const EventHub&) = delete;
  EventHub& operator=(const EventHub&) = delete;

  // Every Publish for the job that begins after this has returned calls `wake` once, on the publisher's thread, never
  // twice at a time. `wake` must be quick: no waiting, no SQL, no Publish.
  [[nodiscard]] Subscription Subscribe(const std::string& job_id, std::function<void()> wake);

  // To be called after the events are in the log.
  void Publish(const std::string& job_id);

  // Counts the calls of Publish, for any job: while it stays the same, no log has grown that anybody was told of.
  int64_t publications() const { return publications_; }

 private:
  struct Watcher {
    Watcher(std::string id, std::function<void()> on_publish) : job_id(std::move(id)), wake(std::move(on_publish)) {}
    const std::string job_id;
    absl::Mutex mutex;  // held while `wake` runs
    std::function<void()> wake ABSL_GUARDED_BY(mutex);
  };

  std::atomic<int64_t> publications_ = 0;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::vector<std::shared_ptr<Watcher>>> watchers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace traind

#endif  // TRAIND_SERVER_JOBS_EVENT_HUB_H_
