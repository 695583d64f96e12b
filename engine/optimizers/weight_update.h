// All that a step does to the weights.
#ifndef TRAIND_ENGINE_OPTIMIZERS_WEIGHT_UPDATE_H_
#define TRAIND_ENGINE_OPTIMIZERS_WEIGHT_UPDATE_H_

#include <cstdint>
#include <memory>

#include "engine/core/aligned_buffer.h"
#include "engine/layers/weights.h"
#include "engine/optimizers/optimizer.h"
#include "engine/optimizers/optimizer_spec.h"

namespace traind::engine {

// An optimizer with what surrounds it, see OptimizerSpec, in one pass over the memory of the weights: they are taken in
// blocks that fit the cache. Thread-compatible; uses the threads of ScopedThreads.
class WeightUpdate {
 public:
  // `weights` have gradients and must outlive it.
  WeightUpdate(const OptimizerSpec& spec, Weights& weights);

  // One step along the gradients, which it may change. Returns the penalty of the regularizers on the weights as they
  // were before. Allocates nothing.
  double Apply(double learning_rate);

  // The penalty of the regularizers on the weights as they are.
  double Penalty() const;

  // Puts the averages in the place of the weights and the weights in theirs, if there are averages. To be called in
  // pairs around what should see the averages.
  void SwapAverages();

  // Bytes that it takes beside the weights and their gradients, for trainable weights of `floats` floats.
  static int64_t bytes(const OptimizerSpec& spec, int64_t floats);

 private:
  Weights& weights_;
  const double weight_decay_;
  std::unique_ptr<Optimizer> optimizer_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPTIMIZERS_WEIGHT_UPDATE_H_
