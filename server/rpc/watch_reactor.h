// One stream of WatchTrainingJob.
#ifndef TRAIND_SERVER_RPC_WATCH_REACTOR_H_
#define TRAIND_SERVER_RPC_WATCH_REACTOR_H_

#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "server/jobs/job_watch.h"
#include "server/rpc/watch_streams.h"
#include "traind/v1/training_job.pb.h"

namespace traind {

// Sends a job's log as fast as its client reads, one write in flight. What a slow client has not read stays in the log
// and costs no memory here: a stream holds one batch of events at most.
//
// It is either at rest or at work; whoever finds it at rest (a new event, a heartbeat, the client or the server that
// ends the call) sets it to work, and only the work writes and finishes. After Finish it stays "at work".
class WatchReactor : public grpc::ServerWriteReactor<v1::TrainingEvent> {
 public:
  WatchReactor(WatchStreams& streams, const std::string& job_id, int64_t after_sequence, const TenantScope& scope);

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

  // The server stops: end soon.
  void Stop();
  void HeartbeatIfQuietSince(SteadyTime time);

 private:
  void Wake();
  void BeginWork() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ReadLog();
  void WriteNext();
  // True once the call is to end, which it then does.
  bool FinishIfAsked();

  WatchStreams& streams_;

  absl::Mutex mutex_;
  bool at_work_ ABSL_GUARDED_BY(mutex_) = true;
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;  // something came while at work
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool heartbeat_due_ ABSL_GUARDED_BY(mutex_) = false;
  SteadyTime last_write_ ABSL_GUARDED_BY(mutex_) = SteadyNow();

  // Used by the work alone.
  JobWatch watch_;
  std::vector<v1::TrainingEvent> batch_;
  size_t next_ = 0;     // of the batch, to be written
  bool begun_ = false;  // something was written
};

}  // namespace traind

#endif  // TRAIND_SERVER_RPC_WATCH_REACTOR_H_
