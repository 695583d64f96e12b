// Adam: adaptive moment estimation.
#ifndef TRAIND_ENGINE_OPTIMIZERS_ADAM_H_
#define TRAIND_ENGINE_OPTIMIZERS_ADAM_H_

#include <cstdint>
#include <memory>

#include "engine/core/aligned_buffer.h"
#include "engine/core/fields.h"
#include "engine/optimizers/optimizer.h"

namespace traind::engine {

struct AdamSpec {
  static constexpr const char* kName = "adam";
  static constexpr double kWeightDecay = 0.0;
  double learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  double epsilon = 1e-7;

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("learning_rate", self.learning_rate, AboveZero(kMaxLearningRate));
    visit("beta_1", self.beta_1, Share());
    visit("beta_2", self.beta_2, Share());
    visit("epsilon", self.epsilon, Epsilon());
  }

  int64_t slots() const { return 2; }
  std::unique_ptr<Optimizer> Make(int64_t size) const;
};

// Kingma and Ba 2015, the form at the end of their section 2, which is Keras's: at step t,
//   m = beta_1 * m + (1 - beta_1) * gradient
//   v = beta_2 * v + (1 - beta_2) * gradient^2
//   weight -= learning_rate * sqrt(1 - beta_2^t) / (1 - beta_1^t) * m / (sqrt(v) + epsilon)
class Adam final : public Optimizer {
 public:
  // For `size` weights.
  Adam(const AdamSpec& spec, int64_t size);

  void BeginStep(double learning_rate) override;
  void Move(int64_t begin, std::span<const float> gradients, std::span<float> weights) override;

 private:
  struct Coefficients {
    float step_size = 0;  // the learning rate with both bias corrections
    float keep_1 = 0;     // 1 - beta_1
    float keep_2 = 0;     // 1 - beta_2
    float epsilon = 0;
  };

  const AdamSpec spec_;
  int64_t step_ = 0;
  Coefficients coefficients_;
  AlignedBuffer first_moment_;
  AlignedBuffer second_moment_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPTIMIZERS_ADAM_H_
