#include "server/access/call_rates.h"

#include <algorithm>

namespace traind {

TokenBucket::TokenBucket(double per_second, double burst, absl::Time now)
    : per_second_(per_second), burst_(burst), held_(burst), at_(now) {}

// A clock that is set back adds nothing.
double TokenBucket::Held(absl::Time now) const {
  return std::min(burst_, held_ + per_second_ * std::max(0.0, absl::ToDoubleSeconds(now - at_)));
}

absl::Duration TokenBucket::Take(absl::Time now) {
  held_ = Held(now);
  at_ = now;
  if (held_ < 1) return absl::Seconds((1 - held_) / per_second_);
  held_ -= 1;
  return absl::ZeroDuration();
}

bool TokenBucket::IsFull(absl::Time now) const { return Held(now) >= burst_; }

absl::Duration CallRates::Take(const std::string& tenant, absl::Time now) {
  if (per_second_ <= 0) return absl::ZeroDuration();
  absl::MutexLock lock(&mutex_);
  if (buckets_.size() >= sweep_at_) {
    absl::erase_if(buckets_, [now](const auto& entry) { return entry.second.IsFull(now); });
    sweep_at_ = std::max(kManyTenants, 2 * buckets_.size());
  }
  auto [bucket, inserted] = buckets_.try_emplace(tenant, per_second_, std::max(1.0, per_second_), now);
  return bucket->second.Take(now);
}

size_t CallRates::size() const {
  absl::MutexLock lock(&mutex_);
  return buckets_.size();
}

}  // namespace traind
