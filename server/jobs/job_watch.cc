#include "server/jobs/job_watch.h"

#include <utility>

namespace traind {
namespace {

bool EndsJob(const JobEvent& event) {
  const auto* changed = std::get_if<StateChanged>(&event.kind);
  return changed != nullptr && HasEnded(changed->state);
}

}  // namespace

// The subscription comes before the first look at the log: nothing can be appended in between unnoticed.
JobWatch::JobWatch(EventHub& hub, JobStore& jobs, std::string job_id, int64_t after_sequence,
                   std::function<void()> wake)
    : jobs_(jobs),
      job_id_(std::move(job_id)),
      cursor_(after_sequence),
      may_start_at_end_(after_sequence > 0),
      subscription_(hub.Subscribe(job_id_, std::move(wake))) {}

absl::StatusOr<std::vector<JobEvent>> JobWatch::Next(int limit) {
  if (ended_) return std::vector<JobEvent>();
  absl::StatusOr<std::vector<JobEvent>> events = jobs_.ReadLog(job_id_, cursor_, limit);
  if (!events.ok()) return events;
  if (!events->empty()) {
    cursor_ = events->back().sequence;
    ended_ = EndsJob(events->back());
  } else if (may_start_at_end_) {
    absl::StatusOr<JobRecord> job = jobs_.Get(job_id_);
    if (!job.ok()) return job.status();
    ended_ = HasEnded(job->state) && job->last_sequence == cursor_;
  }
  may_start_at_end_ = false;
  return events;
}

}  // namespace traind
