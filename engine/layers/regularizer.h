// Penalties on the size of weights.
#ifndef TRAIND_ENGINE_LAYERS_REGULARIZER_H_
#define TRAIND_ENGINE_LAYERS_REGULARIZER_H_

#include "engine/core/fields.h"

namespace traind::engine {

// Adds l1 * sum(|w|) + l2 * sum(w^2) to the loss, as Keras's L1L2.
struct Regularizer {
  double l1 = 0.0;
  double l2 = 0.0;

  bool empty() const { return l1 == 0 && l2 == 0; }

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("l1", self.l1, Between(0, 1e6));
    visit("l2", self.l2, Between(0, 1e6));
  }
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LAYERS_REGULARIZER_H_
