#include "engine/training/kept_weights.h"

#include <algorithm>

namespace traind::engine {

void KeptWeights::Keep(const Weights& weights) {
  std::ranges::copy(weights.trainable(), trainable_.data());
  std::ranges::copy(weights.state(), state_.data());
}

void KeptWeights::Restore(Weights& weights) const {
  std::ranges::copy(trainable_.span(), weights.trainable().begin());
  std::ranges::copy(state_.span(), weights.state().begin());
}

void KeptWeights::VisitState(StateVisitor& visit) {
  visit.WeightArray("trainable", trainable_.span());
  visit.StateArray("state", state_.span());
}

}  // namespace traind::engine
