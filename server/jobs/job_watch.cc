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
JobWatch::JobWatch(SharedLog& log, std::string job_id, int64_t after_sequence, std::function<void()> wake,
                   TenantScope scope)
    : log_(log),
      job_id_(std::move(job_id)),
      scope_(std::move(scope)),
      cursor_(after_sequence),
      subscription_(log.hub().Subscribe(job_id_, std::move(wake))) {}

absl::StatusOr<SharedLog::Events> JobWatch::Next(int limit) {
  if (ended_) return std::make_shared<const std::vector<JobEvent>>();
  const bool first = std::exchange(first_, false);
  if (first) since_ = log_.Now();
  absl::StatusOr<SharedLog::Events> events = log_.Read(job_id_, cursor_, limit, since_, scope_);
  if (!events.ok()) return events;
  // Looks from here on are at this job, or a later one.
  if (first) since_ = log_.Now();
  if (!(*events)->empty()) {
    cursor_ = (*events)->back().sequence;
    ended_ = EndsJob((*events)->back());
  } else if (first && cursor_ > 0) {
    absl::StatusOr<JobRecord> job = log_.jobs().Get(job_id_, scope_);
    if (!job.ok()) return job.status();
    ended_ = HasEnded(job->state) && job->last_sequence == cursor_;
  }
  return events;
}

}  // namespace traind
