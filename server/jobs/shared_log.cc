#include "server/jobs/shared_log.h"

#include <utility>

namespace traind {

int64_t SharedLog::Now() {
  absl::MutexLock lock(&mutex_);
  return ++now_;
}

absl::StatusOr<SharedLog::Events> SharedLog::Read(const std::string& job_id, int64_t after_sequence, int limit,
                                                  int64_t since, const TenantScope& scope) {
  // Before the look into the database: what is published during it may or may not be seen.
  const int64_t publications = hub_.publications();
  int64_t begin = 0;
  {
    absl::MutexLock lock(&mutex_);
    for (const Part& part : parts_) {
      if (part.publications == publications && part.begin >= since && part.after_sequence == after_sequence &&
          part.limit == limit && part.job_id == job_id && part.scope == scope) {
        return part.events;
      }
    }
    begin = now_;
  }
  absl::StatusOr<std::vector<JobEvent>> read = jobs_.ReadLog(job_id, after_sequence, limit, scope);
  if (!read.ok()) return read.status();
  Part part = {.job_id = job_id,
               .scope = scope,
               .after_sequence = after_sequence,
               .limit = limit,
               .publications = publications,
               .begin = begin,
               .events = std::make_shared<const std::vector<JobEvent>>(*std::move(read))};
  Events events = part.events;
  absl::MutexLock lock(&mutex_);
  if (parts_.size() < kParts) {
    parts_.push_back(std::move(part));
  } else {
    std::swap(parts_[oldest_], part);
    oldest_ = (oldest_ + 1) % kParts;
  }
  return events;
}

}  // namespace traind
