#include "engine/core/parallel.h"

#include <omp.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <numeric>

#include "engine/core/aligned_buffer.h"

namespace traind::engine {
namespace {

// ThreadSanitizer does not see how libgomp makes threads wait for each other: the same is said to it with an atomic.
#ifdef __SANITIZE_THREAD__
class VisibleOrder {
 public:
  void Publish() { order_.fetch_add(1, std::memory_order_release); }
  void See() { order_.load(std::memory_order_acquire); }

 private:
  std::atomic<int> order_ = 0;
};
#else
struct VisibleOrder {
  void Publish() {}
  void See() {}
};
#endif

// More threads than this are left idle, so that sums need no memory of their own.
constexpr int64_t kMaxRanges = 256;

// Calls body(range, begin, end) for ranges counted from 0.
void ForRanges(int64_t size, int64_t grain, absl::FunctionRef<void(int64_t range, int64_t begin, int64_t end)> body) {
  const int64_t most = std::clamp<int64_t>(size / grain, 1, std::min<int64_t>(omp_get_max_threads(), kMaxRanges));
  // Whole cache lines each, so that fewer ranges than allowed may cover it all.
  const int64_t length = AlignedBuffer::Aligned((size + most - 1) / most);
  const int64_t ranges = length == 0 ? 1 : (size + length - 1) / length;
  if (ranges == 1) {
    body(0, 0, size);
    return;
  }
  VisibleOrder begun;
  VisibleOrder ended;
  begun.Publish();
#pragma omp parallel for schedule(static) num_threads(static_cast <int>(ranges))
  for (int64_t range = 0; range < ranges; ++range) {
    const int64_t begin = range * length;
    begun.See();
    body(range, begin, std::min(size, begin + length));
    ended.Publish();
  }
  ended.See();
}

}  // namespace

void ParallelFor(int64_t size, int64_t grain, absl::FunctionRef<void(int64_t begin, int64_t end)> body) {
  ForRanges(size, grain, [&](int64_t /*range*/, int64_t begin, int64_t end) { body(begin, end); });
}

double ParallelSum(int64_t size, int64_t grain, absl::FunctionRef<double(int64_t begin, int64_t end)> body) {
  std::array<double, kMaxRanges> sums = {};
  ForRanges(size, grain, [&](int64_t range, int64_t begin, int64_t end) { sums[range] = body(begin, end); });
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

}  // namespace traind::engine
