// The weights of the best epoch.
#ifndef TRAIND_ENGINE_TRAINING_KEPT_WEIGHTS_H_
#define TRAIND_ENGINE_TRAINING_KEPT_WEIGHTS_H_

#include "engine/core/aligned_buffer.h"
#include "engine/core/state_visitor.h"
#include "engine/layers/weights.h"

namespace traind::engine {

// Room for a copy of all weights of a network, moving statistics included. Allocates only when made.
class KeptWeights {
 public:
  explicit KeptWeights(const Weights& weights)
      : trainable_(static_cast<int64_t>(weights.trainable().size())),
        state_(static_cast<int64_t>(weights.state().size())) {}

  void Keep(const Weights& weights);

  // After Keep: puts the copy back.
  void Restore(Weights& weights) const;

  void VisitState(StateVisitor& visit);

 private:
  AlignedBuffer trainable_;
  AlignedBuffer state_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_KEPT_WEIGHTS_H_
