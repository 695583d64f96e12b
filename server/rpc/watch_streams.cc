#include "server/rpc/watch_streams.h"

#include "server/rpc/watch_reactor.h"

namespace traind {
namespace {

constexpr int kThreads = 2;

}  // namespace

WatchStreams::WatchStreams(EventHub& hub, JobStore& jobs, Metrics& metrics, Ticker& ticker, absl::Duration heartbeat)
    : log_(hub, jobs),
      metrics_(metrics),
      ticker_(ticker),
      heartbeat_(heartbeat),
      executor_(kThreads),
      tick_(ticker.Add([this](absl::Time now) { Tick(now); })) {}

WatchStreams::~WatchStreams() { ticker_.Remove(tick_); }

grpc::ServerWriteReactor<v1::TrainingEvent>* WatchStreams::Open(const std::string& job_id, int64_t after_sequence) {
  return new WatchReactor(*this, job_id, after_sequence);
}

void WatchStreams::Stop() {
  absl::MutexLock lock(&mutex_);
  stopping_ = true;
  for (WatchReactor* reactor : reactors_) reactor->Stop();
}

void WatchStreams::Add(WatchReactor* reactor) {
  metrics_.WatchStarted();
  absl::MutexLock lock(&mutex_);
  reactors_.insert(reactor);
  if (stopping_) reactor->Stop();
}

void WatchStreams::Remove(WatchReactor* reactor) {
  metrics_.WatchEnded();
  absl::MutexLock lock(&mutex_);
  reactors_.erase(reactor);
}

void WatchStreams::Tick(absl::Time now) {
  absl::MutexLock lock(&mutex_);
  for (WatchReactor* reactor : reactors_) reactor->HeartbeatIfQuietSince(now - heartbeat_);
}

}  // namespace traind
