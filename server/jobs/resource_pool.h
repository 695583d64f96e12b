// The cores and the memory that jobs train on: no core has two jobs, and the jobs at work fit into the memory together.
#ifndef TRAIND_SERVER_JOBS_RESOURCE_POOL_H_
#define TRAIND_SERVER_JOBS_RESOURCE_POOL_H_

#include <cstdint>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "server/storage/job_store.h"

namespace traind {

// Decides when a worker looks into the queue. One looks at a time, knows all that is free, and takes the next job or
// nothing: where the next job needs more than is free it waits, and all behind it, so that a large job cannot starve.
//
// A worker goes round: WaitToLook, look, then one of Took, LookedInVain and LookFailed; after Took the job runs, and
// then GiveBack.
//
// Thread-safe.
class ResourcePool {
 public:
  // At least 1 core, with a look due. One worker a core keeps all of them busy.
  explicit ResourcePool(JobResources all);

  // Waits until there is a reason to look, a free core, and nobody else who looks. Returns what is free; nothing once
  // the pool is closed.
  std::optional<JobResources> WaitToLook() ABSL_LOCKS_EXCLUDED(mutex_);

  // The look found a job, which takes this much. The next job may start as well: a reason to look.
  void Took(JobResources job) ABSL_LOCKS_EXCLUDED(mutex_);
  // The queue was empty, or its next job does not fit yet.
  void LookedInVain() ABSL_LOCKS_EXCLUDED(mutex_);
  // Nobody knows: a reason to look.
  void LookFailed() ABSL_LOCKS_EXCLUDED(mutex_);

  // A job is over: a reason to look.
  void GiveBack(JobResources job) ABSL_LOCKS_EXCLUDED(mutex_);
  // A job came, or one that waited is gone: a reason to look.
  void QueueChanged() ABSL_LOCKS_EXCLUDED(mutex_);

  // What is free now.
  JobResources Free() const ABSL_LOCKS_EXCLUDED(mutex_);

  // Nobody looks any more.
  void Close() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable absl::Mutex mutex_;
  JobResources free_ ABSL_GUARDED_BY(mutex_);
  bool due_ ABSL_GUARDED_BY(mutex_) = true;
  bool looking_ ABSL_GUARDED_BY(mutex_) = false;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace traind

#endif  // TRAIND_SERVER_JOBS_RESOURCE_POOL_H_
