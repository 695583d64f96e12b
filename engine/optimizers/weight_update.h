// All that a step does to the weights.
#ifndef TRAIND_ENGINE_OPTIMIZERS_WEIGHT_UPDATE_H_
#define TRAIND_ENGINE_OPTIMIZERS_WEIGHT_UPDATE_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/functional/function_ref.h"
#include "engine/core/aligned_buffer.h"
#include "engine/layers/weights.h"
#include "engine/optimizers/optimizer.h"
#include "engine/optimizers/optimizer_spec.h"

namespace traind::engine {

// An optimizer with what surrounds it, see OptimizerSpec, in one pass over the memory of the weights: they are taken in
// blocks that fit the cache, and all is done to a block before the next. Only a norm to clip by takes a pass of its own
// before. Thread-compatible; uses the threads of ScopedThreads, and does the same at the same number of them.
class WeightUpdate {
 public:
  // `weights` have gradients and must outlive it.
  WeightUpdate(const OptimizerSpec& spec, Weights& weights);

  // One step along the gradients, which it may change. Returns the penalty of the regularizers on the weights as they
  // were before. Allocates nothing.
  double Apply(double learning_rate);

  // The penalty of the regularizers on the weights as they are. Allocates nothing.
  double Penalty();

  // Puts the averages in the place of the weights and the weights in theirs, if there are averages, which there are
  // from the first step on. To be called in pairs around what should see the averages.
  void SwapAverages();

  void VisitState(StateVisitor& visit);

  // Bytes of its arrays beside the weights and their gradients, for trainable weights of `floats` floats.
  static int64_t bytes(const OptimizerSpec& spec, int64_t floats);

 private:
  // A trainable weight within the array of all.
  struct Part {
    int64_t begin = 0;
    int64_t end = 0;
    Regularizer regularizer = {};
    float scale = 1;  // of its gradient in this step
  };

  // Calls use(part, begin, end) for what each part has of the range.
  void ForParts(int64_t begin, int64_t end, absl::FunctionRef<void(const Part&, int64_t, int64_t)> use) const;

  double PenaltyOf(int64_t begin, int64_t end) const;
  double Regularize(int64_t begin, int64_t end) const;  // adds to the gradients, returns the penalty
  void ScaleToNorm();                                   // sets the scale of each part
  void Clip(int64_t begin, int64_t end) const;

  const OptimizerSpec spec_;
  const double weight_decay_;
  Weights& weights_;
  std::vector<Part> parts_;
  bool regularized_ = false;
  std::unique_ptr<Optimizer> optimizer_;
  AlignedBuffer averages_;
  bool has_averages_ = false;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPTIMIZERS_WEIGHT_UPDATE_H_
