// One stream of WriteUpload.
#ifndef TRAIND_SERVER_RPC_UPLOAD_REACTOR_H_
#define TRAIND_SERVER_RPC_UPLOAD_REACTOR_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <cstdint>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "server/datasets/uploads.h"
#include "server/rpc/call_context.h"
#include "server/rpc/executor.h"
#include "server/rpc/ticker.h"
#include "server/telemetry/metrics.h"
#include "traind/v1/dataset_service.pb.h"

namespace traind {

// What the streams of all clients share. The references must outlive them.
struct UploadStreamParts {
  Uploads& uploads;
  Metrics& metrics;
  Executor& executor;
  Ticker& ticker;
  // A client that has been waited for so long for its next kLeastBytes is given up as DEADLINE_EXCEEDED: each open
  // stream keeps one of `max_streams` from others.
  absl::Duration patience;
  int max_streams;
  std::atomic<int>& open;  // streams at work
};

inline constexpr int64_t kLeastBytes = 64 << 10;

// Works on one message at a time, on the executor, while the next one is read; that paces the client. However the
// stream ends, what came whole is made safe. Deletes itself when the call is over.
class UploadReactor : public grpc::ServerReadReactor<v1::WriteUploadRequest> {
 public:
  // `call`, which has a caller, and `response` outlive the call.
  UploadReactor(const UploadStreamParts& parts, CallContext& call, v1::Upload* response);
  ~UploadReactor() override;

  void OnReadDone(bool ok) override;
  void OnDone() override;

 private:
  // On the executor: what `message_` says, and then what has come meanwhile.
  void Work();
  absl::Status TakeMessage();
  // On the executor: saves what has come and ends the stream, with `status` if it is an error.
  void End(absl::Status status);
  // Moves what was read to where it is worked on.
  void TakeRead() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Counts `bytes` and the time they took.
  void EndWait(int64_t bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Close(const absl::Status& status);
  void Tick(SteadyTime now);

  const UploadStreamParts parts_;
  CallContext& call_;
  v1::Upload* const response_;
  v1::WriteUploadRequest incoming_;  // gRPC's, while a read is under way
  v1::WriteUploadRequest message_;   // at work
  std::unique_ptr<UploadLease> lease_;
  std::string name_;

  absl::Mutex mutex_;
  bool working_ ABSL_GUARDED_BY(mutex_) = false;       // the executor has, or will have, this object; also at the end
  bool has_incoming_ ABSL_GUARDED_BY(mutex_) = false;  // it is whole, and waits for the work to be done
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;         // the client sends no more
  // For the client, while there is nothing to work on. It is never given up at other times.
  SteadyTime waiting_since_ ABSL_GUARDED_BY(mutex_) = SteadyTime::max();
  // Before that, and how much it has brought: since there were kLeastBytes of it.
  SteadyTime::duration waited_ ABSL_GUARDED_BY(mutex_) = {};
  int64_t brought_ ABSL_GUARDED_BY(mutex_) = 0;
  const int64_t tick_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_RPC_UPLOAD_REACTOR_H_
