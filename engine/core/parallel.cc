#include "engine/core/parallel.h"

#include <omp.h>

#include <algorithm>

namespace traind::engine {

void ParallelFor(int64_t size, int64_t grain, absl::FunctionRef<void(int64_t begin, int64_t end)> body) {
  const int64_t ranges = std::clamp<int64_t>(size / grain, 1, omp_get_max_threads());
  if (ranges == 1) {
    body(0, size);
    return;
  }
  constexpr int64_t kStart = 16;
  const int64_t length = (size / ranges + kStart) / kStart * kStart;
#pragma omp parallel for schedule(static) num_threads(static_cast <int>(ranges))
  for (int64_t range = 0; range < ranges; ++range) {
    const int64_t begin = std::min(size, range * length);
    const int64_t end = std::min(size, begin + length);
    if (begin < end) body(begin, end);
  }
}

}  // namespace traind::engine
