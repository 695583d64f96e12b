// What training minimizes.
#ifndef TRAIND_ENGINE_LOSSES_LOSS_H_
#define TRAIND_ENGINE_LOSSES_LOSS_H_

#include <cstdint>

#include "engine/data/batch.h"

namespace traind::engine {

// A mean over rows. `outputs` is [rows, width], row-major: what the network gives, before the softmax or sigmoid that
// belongs to the loss. Stateless; allocates nothing.
class Loss {
 public:
  virtual ~Loss() = default;

  // The SUM of the loss over the rows. If `gradient` is not null it gets [rows, width]: the derivative of the MEAN over
  // the rows by each output.
  virtual double Compute(int64_t rows, int64_t width, const float* outputs, const Labels& labels,
                         float* gradient) const = 0;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LOSSES_LOSS_H_
