// How finely an optimizer's pass is cut.
#ifndef TRAIND_ENGINE_OPTIMIZERS_GRAIN_H_
#define TRAIND_ENGINE_OPTIMIZERS_GRAIN_H_

#include <cstdint>

namespace traind::engine {

// The fewest weights that are worth a thread of their own: some 10 microseconds of work.
inline constexpr int64_t kOptimizerGrain = 1 << 16;

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPTIMIZERS_GRAIN_H_
