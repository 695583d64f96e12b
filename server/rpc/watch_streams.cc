#include "server/rpc/watch_streams.h"

#include "server/rpc/watch_reactor.h"

namespace traind {
namespace {

constexpr int kThreads = 2;
constexpr absl::Duration kTick = absl::Seconds(1);

}  // namespace

WatchStreams::WatchStreams(EventHub& hub, JobStore& jobs, Metrics& metrics, absl::Duration heartbeat)
    : hub_(hub), jobs_(jobs), metrics_(metrics), heartbeat_(heartbeat), executor_(kThreads), ticker_([this] {
        Tick();
      }) {}

WatchStreams::~WatchStreams() {
  {
    absl::MutexLock lock(&mutex_);
    closing_ = true;
  }
  ticker_.join();
}

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

void WatchStreams::Tick() {
  absl::MutexLock lock(&mutex_);
  while (!mutex_.AwaitWithTimeout(absl::Condition(&closing_), kTick)) {
    const absl::Time quiet_since = absl::Now() - heartbeat_;
    for (WatchReactor* reactor : reactors_) reactor->HeartbeatIfQuietSince(quiet_since);
  }
}

}  // namespace traind
