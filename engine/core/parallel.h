// A loop over the threads of a computation.
#ifndef TRAIND_ENGINE_CORE_PARALLEL_H_
#define TRAIND_ENGINE_CORE_PARALLEL_H_

#include <cstdint>

#include "absl/functional/function_ref.h"

namespace traind::engine {

// Calls body(begin, end) for disjoint ranges that cover [0, size), at most one a thread of ScopedThreads and none
// shorter than `grain` unless it is the only one: below that, waking a thread costs more than it brings. Ranges start
// on multiples of 16. Returns when all are done. Allocates nothing.
void ParallelFor(int64_t size, int64_t grain, absl::FunctionRef<void(int64_t begin, int64_t end)> body);

// The sum of what body(begin, end) returns for such ranges, added in their order: the same at the same number of
// threads.
double ParallelSum(int64_t size, int64_t grain, absl::FunctionRef<double(int64_t begin, int64_t end)> body);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_CORE_PARALLEL_H_
