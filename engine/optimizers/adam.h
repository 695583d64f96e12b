// Adam: adaptive moment estimation.
#ifndef TRAIND_ENGINE_OPTIMIZERS_ADAM_H_
#define TRAIND_ENGINE_OPTIMIZERS_ADAM_H_

#include <cstdint>

#include "engine/core/aligned_buffer.h"
#include "engine/optimizers/optimizer.h"

namespace traind::engine {

struct AdamConfig {
  double learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  double epsilon = 1e-7;
};

// Kingma and Ba 2015, the form at the end of their section 2, which is Keras's: at step t,
//   m = beta_1 * m + (1 - beta_1) * gradient
//   v = beta_2 * v + (1 - beta_2) * gradient^2
//   weight -= learning_rate * sqrt(1 - beta_2^t) / (1 - beta_1^t) * m / (sqrt(v) + epsilon)
class Adam final : public Optimizer {
 public:
  // For `size` weights.
  Adam(const AdamConfig& config, int64_t size);

  void Update(std::span<float> weights, std::span<const float> gradients) override;

 private:
  const AdamConfig config_;
  int64_t step_ = 0;
  AlignedBuffer first_moment_;
  AlignedBuffer second_moment_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPTIMIZERS_ADAM_H_
