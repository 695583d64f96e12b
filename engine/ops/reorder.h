// The same numbers in another order.
#ifndef TRAIND_ENGINE_OPS_REORDER_H_
#define TRAIND_ENGINE_OPS_REORDER_H_

#include "absl/status/status.h"
#include "engine/ops/layout.h"

namespace traind::engine {

// Copies a tensor of one shape from the one layout to the other; the padding of `to` becomes 0. For reading and writing
// weights, not for a step: it makes its primitive anew each time.
absl::Status Reorder(const Layout& from_layout, const float* from, const Layout& to_layout, float* to);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPS_REORDER_H_
