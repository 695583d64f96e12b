// The cores that jobs train on: each job takes as many as it has threads, so that no core has two jobs.
#ifndef TRAIND_SERVER_JOBS_CORE_POOL_H_
#define TRAIND_SERVER_JOBS_CORE_POOL_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace traind {

// Decides when a worker looks into the queue, and with how many cores in its hand. The oldest job is the only one that
// may be taken. Where it needs more cores than are free, it and all behind it wait: a large job is not overtaken, so
// that it cannot starve.
//
// A worker goes round: WaitToLook, look, then one of Took, FoundNone, FoundLarger and GiveBack; after Took the job
// runs, and then GiveBack. Looks are counted, not remembered one by one: there is one for each reason to look, but
// never more than cores, since each goes on by itself (see Took).
//
// Thread-safe.
class CorePool {
 public:
  // At least 1 core, with a look due on each. One worker a core keeps all of them busy.
  explicit CorePool(int cores);

  // Waits until there is a reason to look and a core to go on with, and takes it; or takes as many as the oldest job
  // was found to need, once they are free. Returns how many it took; 0 once the pool is closed.
  int WaitToLook() ABSL_LOCKS_EXCLUDED(mutex_);

  // The look found a job that takes `threads` of the cores `in_hand`; the others are given back. The next job may start
  // as well: a reason to look, for whoever has a core, also if that one has just looked and found this job too large.
  void Took(int in_hand, int threads) ABSL_LOCKS_EXCLUDED(mutex_);
  // The queue was empty.
  void FoundNone(int in_hand) ABSL_LOCKS_EXCLUDED(mutex_);
  // The oldest job needs `threads` cores, which are more than `in_hand`: somebody looks when they are free.
  void FoundLarger(int in_hand, int threads) ABSL_LOCKS_EXCLUDED(mutex_);

  // A job, or a look that failed, is over: a reason to look.
  void GiveBack(int cores) ABSL_LOCKS_EXCLUDED(mutex_);
  // A job came, or one that waited is gone: a reason to look.
  void QueueChanged() ABSL_LOCKS_EXCLUDED(mutex_);

  // Nobody looks any more.
  void Close() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void AddLook() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool LargerFits() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return larger_ > 0 && free_ >= larger_; }

  const int cores_;
  absl::Mutex mutex_;
  int free_ ABSL_GUARDED_BY(mutex_);
  int looks_ ABSL_GUARDED_BY(mutex_);
  int larger_ ABSL_GUARDED_BY(mutex_) = 0;  // threads of the job that did not fit; 0: none, or somebody has gone for it
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace traind

#endif  // TRAIND_SERVER_JOBS_CORE_POOL_H_
