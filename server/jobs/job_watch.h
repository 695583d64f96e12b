// Follows a job's log from a cursor to its end: every event once, in order, whether it was there before or comes later.
#ifndef TRAIND_SERVER_JOBS_JOB_WATCH_H_
#define TRAIND_SERVER_JOBS_JOB_WATCH_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/jobs/event_hub.h"
#include "server/jobs/shared_log.h"

namespace traind {

// Used like this, by one thread at a time:
//
//   call Next until it returns nothing; if ended(), the watch is over; else wait for `wake`, then again.
//
// A wake that comes while Next runs counts: call Next again.
class JobWatch final {
 public:
  // Follows the log of `job_id` after `after_sequence`. `wake` is as in EventHub::Subscribe and may come from now on; a
  // watch is destroyed under the same rules as a Subscription. `log` must outlive the watch.
  JobWatch(SharedLog& log, std::string job_id, int64_t after_sequence, std::function<void()> wake,
           TenantScope scope = TenantScope::All());

  JobWatch(const JobWatch&) = delete;
  JobWatch& operator=(const JobWatch&) = delete;

  // The next events, at most `limit`; none if there are no more for now. May read the database: not for a thread that
  // may not block. NotFound: there is no such job in the scope (any more). OutOfRange: `after_sequence` is ahead of the
  // log.
  absl::StatusOr<SharedLog::Events> Next(int limit);

  // True once the event that ends the job has been returned, or had been seen before the watch began (known after the
  // first Next). Nothing follows.
  bool ended() const { return ended_; }

  // Sequence of the last event returned, or `after_sequence`: where another watch would go on.
  int64_t cursor() const { return cursor_; }

 private:
  SharedLog& log_;
  const std::string job_id_;
  const TenantScope scope_;
  int64_t cursor_;
  bool ended_ = false;
  bool first_ = true;
  int64_t since_ = 0;  // in the log's time: looks that began before it may be at an earlier job of this name
  EventHub::Subscription subscription_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_JOBS_JOB_WATCH_H_
