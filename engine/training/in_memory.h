// What takes as much memory as the weights, and may not get it.
#ifndef TRAIND_ENGINE_TRAINING_IN_MEMORY_H_
#define TRAIND_ENGINE_TRAINING_IN_MEMORY_H_

#include <new>

#include "absl/status/status.h"

namespace traind::engine {

// What `function` returns, a Status or StatusOr; ResourceExhausted if there is no memory for it.
template <typename Function>
auto InMemory(const Function& function) -> decltype(function()) {
  try {
    return function();
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError("not enough memory for a copy of the weights");
  }
}

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_IN_MEMORY_H_
