// A loop over the threads of a computation.
#ifndef TRAIND_ENGINE_CORE_PARALLEL_H_
#define TRAIND_ENGINE_CORE_PARALLEL_H_

#include <cstdint>

#include "absl/functional/function_ref.h"

namespace traind::engine {

// Calls body(begin, end) for disjoint ranges that cover [0, size): at most one a thread of ScopedThreads, and at most
// size / grain, since waking a thread for less than `grain` costs more than it brings. All are as long as each other, a
// multiple of AlignedBuffer::kAlignmentFloats, but for the last, which is what is left. Returns when all are done.
// Allocates nothing.
void ParallelFor(int64_t size, int64_t grain, absl::FunctionRef<void(int64_t begin, int64_t end)> body);

// The sum of what body(begin, end) returns for such ranges, added in their order: the same at the same number of
// threads.
double ParallelSum(int64_t size, int64_t grain, absl::FunctionRef<double(int64_t begin, int64_t end)> body);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_CORE_PARALLEL_H_
