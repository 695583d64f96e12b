#include "server/rpc/watch_streams.h"

#include "server/rpc/watch_reactor.h"

namespace traind {
namespace {

constexpr int kThreads = 2;

}  // namespace

WatchStreams::WatchStreams(EventHub& hub, JobStore& jobs, Metrics& metrics, Ticker& ticker, absl::Duration heartbeat,
                           int most)
    : log_(hub, jobs),
      metrics_(metrics),
      ticker_(ticker),
      heartbeat_(heartbeat),
      most_(static_cast<size_t>(most)),
      executor_(kThreads),
      tick_(ticker.Add([this](SteadyTime now) { Tick(now); })) {}

WatchStreams::~WatchStreams() { ticker_.Remove(tick_); }

grpc::ServerWriteReactor<v1::TrainingEvent>* WatchStreams::Open(const std::string& job_id, int64_t after_sequence,
                                                                const TenantScope& scope) {
  return new WatchReactor(*this, job_id, after_sequence, scope);
}

void WatchStreams::Stop() {
  absl::MutexLock lock(&mutex_);
  stopping_ = true;
  for (WatchReactor* reactor : reactors_) reactor->Stop();
}

bool WatchStreams::Add(WatchReactor* reactor) {
  absl::MutexLock lock(&mutex_);
  if (reactors_.size() >= most_) return false;
  metrics_.WatchStarted();
  reactors_.insert(reactor);
  if (stopping_) reactor->Stop();
  return true;
}

void WatchStreams::Remove(WatchReactor* reactor) {
  absl::MutexLock lock(&mutex_);
  if (reactors_.erase(reactor) > 0) metrics_.WatchEnded();
}

void WatchStreams::Tick(SteadyTime now) {
  absl::MutexLock lock(&mutex_);
  for (WatchReactor* reactor : reactors_) reactor->HeartbeatIfQuietSince(now - absl::ToChronoNanoseconds(heartbeat_));
}

}  // namespace traind
