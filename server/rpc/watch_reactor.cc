#include "server/rpc/watch_reactor.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/convert/job.h"
#include "server/convert/status.h"
#include "server/errors/errors.h"

namespace traind {
namespace {

constexpr int kBatch = 64;
constexpr absl::Duration kRetryWatch = absl::Seconds(5);

absl::Status TooManyWatches(size_t most) {
  return WithRetryDelay(
      WithReason(
          absl::ResourceExhaustedError(absl::StrCat(
              most, " watches are open, as many as --max_watches allows; try again, or ask with GetTrainingJob")),
          "TOO_MANY_WATCHES", {{"max_watches", absl::StrCat(most)}}),
      kRetryWatch);
}

}  // namespace

WatchReactor::WatchReactor(WatchStreams& streams, const std::string& job_id, int64_t after_sequence,
                           const TenantScope& scope)
    : streams_(streams),
      watch_(
          streams.log_, job_id, after_sequence, [this] { Wake(); }, scope) {
  if (streams_.Add(this)) {
    streams_.executor_.Run([this] { ReadLog(); });
  } else {
    Finish(ToGrpcStatus(TooManyWatches(streams_.most_)));
  }
}

void WatchReactor::Wake() {
  absl::MutexLock lock(&mutex_);
  BeginWork();
}

void WatchReactor::Stop() {
  absl::MutexLock lock(&mutex_);
  stopping_ = true;
  BeginWork();
}

void WatchReactor::OnCancel() {
  absl::MutexLock lock(&mutex_);
  cancelled_ = true;
  BeginWork();
}

void WatchReactor::HeartbeatIfQuietSince(SteadyTime time) {
  absl::MutexLock lock(&mutex_);
  if (at_work_ || last_write_ > time) return;
  heartbeat_due_ = true;
  BeginWork();
}

void WatchReactor::BeginWork() {
  woken_ = true;
  if (std::exchange(at_work_, true)) return;
  streams_.executor_.Run([this] { ReadLog(); });
}

void WatchReactor::ReadLog() {
  bool heartbeat_due;
  while (true) {
    if (FinishIfAsked()) return;
    {
      absl::MutexLock lock(&mutex_);
      woken_ = false;
      heartbeat_due = std::exchange(heartbeat_due_, false);
    }
    const absl::StatusOr<SharedLog::Events> events = watch_.Next(kBatch);
    if (!events.ok()) {
      Finish(ToGrpcStatus(events.status()));
      return;
    }
    batch_.clear();
    next_ = 0;
    for (const JobEvent& event : **events) batch_.push_back(ToProto(event));
    if (!batch_.empty()) break;
    if (watch_.ended()) {
      Finish(grpc::Status::OK);
      return;
    }
    if (heartbeat_due) {
      batch_.push_back(HeartbeatProto(watch_.cursor(), absl::Now()));
      break;
    }
    absl::MutexLock lock(&mutex_);
    if (!woken_) {
      at_work_ = false;
      return;
    }
  }
  WriteNext();
}

void WatchReactor::WriteNext() {
  grpc::WriteOptions options;
  // Events that others follow wait for them, so that a batch takes one system call and not one an event. The first of
  // all takes the call's initial metadata along, and a write that holds those back never comes to its end.
  if (std::exchange(begun_, true) && next_ + 1 < batch_.size()) options.set_buffer_hint();
  StartWrite(&batch_[next_++], options);
}

void WatchReactor::OnWriteDone(bool ok) {
  {
    absl::MutexLock lock(&mutex_);
    last_write_ = SteadyNow();
    if (!ok) cancelled_ = true;
  }
  if (ok && next_ < batch_.size()) {
    WriteNext();
  } else {
    streams_.executor_.Run([this] { ReadLog(); });
  }
}

bool WatchReactor::FinishIfAsked() {
  bool cancelled, stopping;
  {
    absl::MutexLock lock(&mutex_);
    cancelled = cancelled_;
    stopping = stopping_;
  }
  if (cancelled) {
    Finish(grpc::Status::CANCELLED);
  } else if (stopping) {
    const std::string cursor = absl::StrCat(watch_.cursor());
    Finish(ToGrpcStatus(
        WithReason(absl::UnavailableError(absl::StrCat(
                       "the server is stopping; the job is kept: watch again with after_sequence ", cursor)),
                   "SERVER_STOPPING", {{"after_sequence", cursor}})));
  }
  return cancelled || stopping;
}

void WatchReactor::OnDone() {
  streams_.Remove(this);
  delete this;
}

}  // namespace traind
