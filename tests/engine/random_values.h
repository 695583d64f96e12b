// Numbers to compute with.
#ifndef TRAIND_TESTS_ENGINE_RANDOM_VALUES_H_
#define TRAIND_TESTS_ENGINE_RANDOM_VALUES_H_

#include <cstdint>
#include <vector>

#include "engine/core/random.h"

namespace traind::engine {

// Uniform in [low, high), the same for the same arguments.
inline std::vector<float> RandomValues(int64_t count, uint32_t stream, float low = -1, float high = 1) {
  Random random(99, RandomUse::kInitialWeights, stream);
  std::vector<float> values(count);
  for (float& value : values) value = low + (high - low) * random.Uniform();
  return values;
}

}  // namespace traind::engine

#endif  // TRAIND_TESTS_ENGINE_RANDOM_VALUES_H_
