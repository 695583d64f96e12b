// How often each tenant may call.
#ifndef TRAIND_SERVER_ACCESS_CALL_RATES_H_
#define TRAIND_SERVER_ACCESS_CALL_RATES_H_

#include <cstddef>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace traind {

// A bucket holds up to `burst` tokens and gains `per_second`; each call takes one. It is full at first. For one thread
// at a time.
class TokenBucket {
 public:
  TokenBucket(double per_second, double burst, absl::Time now);

  // Zero: the call may go on. Else it may not, and one may after so long.
  absl::Duration Take(absl::Time now);
  bool IsFull(absl::Time now) const;

 private:
  double Held(absl::Time now) const;

  double per_second_;
  double burst_;
  double held_;
  absl::Time at_;  // when it held so much
};

// A bucket for each tenant. Those that are full again are forgotten, so that there are never many more than tenants
// that have just called. Thread-safe.
class CallRates {
 public:
  // `per_second` 0: no limit. A burst is of a second's calls.
  explicit CallRates(double per_second) : per_second_(per_second) {}

  // As TokenBucket::Take.
  absl::Duration Take(const std::string& tenant, absl::Time now);
  double per_second() const { return per_second_; }
  // Tenants that are remembered.
  size_t size() const;

 private:
  static constexpr size_t kManyTenants = 1024;

  const double per_second_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, TokenBucket> buckets_ ABSL_GUARDED_BY(mutex_);
  size_t sweep_at_ ABSL_GUARDED_BY(mutex_) = kManyTenants;  // so many are looked through for full ones
};

}  // namespace traind

#endif  // TRAIND_SERVER_ACCESS_CALL_RATES_H_
