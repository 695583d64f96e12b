// Clients that keep a server busy while it is killed under them.
#ifndef TRAIND_TESTS_CHAOS_TRAFFIC_H_
#define TRAIND_TESTS_CHAOS_TRAFFIC_H_

#include <cstdint>
#include <deque>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "tests/chaos/acknowledged.h"
#include "tests/chaos/upload_traffic.h"

namespace traind::chaos {

// How much there is of what. What is over it is deleted, as users do, so that the store does not grow.
struct Load {
  int64_t open_jobs = 12;     // queued, at work or paused
  int64_t kept_jobs = 40;     // that were submitted last, with their models
  int64_t kept_datasets = 8;  // beside the one that jobs train on
  int watchers = 1;
};

// From its making to its end: one client uploads datasets, one submits jobs on `datasets/digits`, two delete them when
// they have ended as they should, one pauses and resumes some, one asks models, others watch jobs.
// What they are told goes to `acknowledged`, which must outlive it. Calls that the server's end cut off are made again
// with the same request_id.
class Traffic {
 public:
  // `address` is where the server is, also after it was started again.
  Traffic(std::string address, uint64_t seed, Acknowledged& acknowledged, Load load = {});
  // Ends the traffic after the calls at hand.
  ~Traffic();

  Traffic(const Traffic&) = delete;
  Traffic& operator=(const Traffic&) = delete;

  const UploadTraffic& uploads() const { return uploads_; }

 private:
  void Submit(const std::stop_token& stop, uint64_t seed);
  // Whether more is submitted than is cleaned up.
  bool IsBehind() ABSL_LOCKS_EXCLUDED(mutex_);
  void CleanUp(const std::stop_token& stop);
  void DeleteWithModel(const client::Client& client, const std::stop_token& stop, const std::string& job);
  void Watch(const std::stop_token& stop, uint64_t seed);
  void Pause(const std::stop_token& stop, uint64_t seed);
  void Predict(const std::stop_token& stop, uint64_t seed);

  const std::string address_;
  Acknowledged& acknowledged_;
  const Load load_;
  UploadTraffic uploads_;
  absl::Mutex mutex_;
  std::deque<std::string> submitted_ ABSL_GUARDED_BY(mutex_);  // jobs that are there, the oldest first
  std::vector<std::jthread> threads_;
};

}  // namespace traind::chaos

#endif  // TRAIND_TESTS_CHAOS_TRAFFIC_H_
