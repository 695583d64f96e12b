// Gradients of several batches, for one update.
#ifndef TRAIND_ENGINE_OPTIMIZERS_GRADIENT_SUM_H_
#define TRAIND_ENGINE_OPTIMIZERS_GRADIENT_SUM_H_

#include <cstdint>
#include <span>

#include "engine/core/aligned_buffer.h"
#include "engine/core/state_visitor.h"

namespace traind::engine {

// Each batch's gradient is that of a mean over its rows; the mean of several counts every row alike, so that it is the
// gradient of one batch of all the rows. Thread-compatible; uses the threads of ScopedThreads; allocates nothing after
// it is made.
class GradientSum {
 public:
  explicit GradientSum(int64_t size) : sum_(size) {}

  // Adds the gradient of a batch of `rows` rows, of the size given above.
  void Add(std::span<const float> gradients, int64_t rows);

  // Replaces `gradients` by the mean over the rows since the last Take, of which there must be some, and begins anew.
  void Take(std::span<float> gradients);

  // Batches since the last Take.
  int64_t batches() const { return batches_; }

  void VisitState(StateVisitor& visit);

 private:
  AlignedBuffer sum_;
  int64_t rows_ = 0;
  int64_t batches_ = 0;
};

// Updates in `steps` steps, `batches` an epoch, `accumulated` an update: what is left of an epoch's makes one, too.
int64_t CountUpdates(int64_t steps, int64_t batches, int64_t accumulated);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPTIMIZERS_GRADIENT_SUM_H_
