// The open watches of all clients.
#ifndef TRAIND_SERVER_RPC_WATCH_STREAMS_H_
#define TRAIND_SERVER_RPC_WATCH_STREAMS_H_

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "server/jobs/event_hub.h"
#include "server/jobs/shared_log.h"
#include "server/rpc/executor.h"
#include "server/rpc/ticker.h"
#include "server/storage/job_store.h"
#include "server/telemetry/metrics.h"
#include "traind/v1/training_job.pb.h"

namespace grpc {
template <typename Response>
class ServerWriteReactor;
}

namespace traind {

class WatchReactor;

// Makes the streams, gives each a heartbeat when nothing else was sent for a while, and ends them all when the server
// stops. Thread-safe. Must outlive its streams: the gRPC server ends first.
class WatchStreams {
 public:
  // The references must outlive it. A stream that was silent for `heartbeat` says that it lives. `most` may be open at
  // once.
  WatchStreams(EventHub& hub, JobStore& jobs, Metrics& metrics, Ticker& ticker, absl::Duration heartbeat, int most);
  ~WatchStreams();

  WatchStreams(const WatchStreams&) = delete;
  WatchStreams& operator=(const WatchStreams&) = delete;

  // A stream of the job's log after `after_sequence`; it deletes itself. One too many ends at once, as
  // RESOURCE_EXHAUSTED with reason TOO_MANY_WATCHES and a retry delay.
  grpc::ServerWriteReactor<v1::TrainingEvent>* Open(const std::string& job_id, int64_t after_sequence,
                                                    const TenantScope& scope = TenantScope::All());

  // Ends every stream, and those still to come, as UNAVAILABLE with the sequence to go on from.
  void Stop();

 private:
  friend class WatchReactor;
  // False if there are as many as may be.
  bool Add(WatchReactor* reactor);
  void Remove(WatchReactor* reactor);
  void Tick(SteadyTime now);

  SharedLog log_;
  Metrics& metrics_;
  Ticker& ticker_;
  const absl::Duration heartbeat_;
  const size_t most_;
  Executor executor_;  // apart from that of other calls: many watchers never hold those up
  absl::Mutex mutex_;
  absl::flat_hash_set<WatchReactor*> reactors_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  const int64_t tick_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_RPC_WATCH_STREAMS_H_
