// Reads the logs of jobs for all watchers: those who stand at the same place share one look into the database.
#ifndef TRAIND_SERVER_JOBS_SHARED_LOG_H_
#define TRAIND_SERVER_JOBS_SHARED_LOG_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "server/jobs/event_hub.h"
#include "server/storage/job_store.h"

namespace traind {

// A hundred watchers of one job are woken at once and want the same events: the first reads them, the others find them
// here. What is kept is good until the next publication, so that whoever is woken sees what he is woken for.
//
// Thread-safe.
class SharedLog final {
 public:
  using Events = std::shared_ptr<const std::vector<JobEvent>>;

  // The references must outlive it.
  SharedLog(EventHub& hub, JobStore& jobs) : hub_(hub), jobs_(jobs) {}
  SharedLog(const SharedLog&) = delete;
  SharedLog& operator=(const SharedLog&) = delete;

  // A moment between looks into the database, later than any before.
  int64_t Now() ABSL_LOCKS_EXCLUDED(mutex_);

  // As JobStore::ReadLog: whatever was published before the call is there. May read the database. Shares no look that
  // began before `since`, which came from Now: who has seen a job by then is not given the log of an earlier one that
  // was deleted and had the same name.
  absl::StatusOr<Events> Read(const std::string& job_id, int64_t after_sequence, int limit, int64_t since,
                              const TenantScope& scope = TenantScope::All()) ABSL_LOCKS_EXCLUDED(mutex_);

  EventHub& hub() { return hub_; }
  JobStore& jobs() { return jobs_; }

 private:
  static constexpr size_t kParts = 8;

  // An answer, how many publications there were before it was looked for, and when that was.
  struct Part {
    std::string job_id;
    TenantScope scope;
    int64_t after_sequence = 0;
    int limit = 0;
    int64_t publications = 0;
    int64_t begin = 0;
    Events events;
  };

  EventHub& hub_;
  JobStore& jobs_;
  absl::Mutex mutex_;
  int64_t now_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<Part> parts_ ABSL_GUARDED_BY(mutex_);  // at most kParts
  size_t oldest_ ABSL_GUARDED_BY(mutex_) = 0;        // the next to be replaced, once there are kParts
};

}  // namespace traind

#endif  // TRAIND_SERVER_JOBS_SHARED_LOG_H_
