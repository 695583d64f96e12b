// Adam: adaptive moment estimation.
#ifndef TRAIND_ENGINE_OPTIMIZERS_ADAM_H_
#define TRAIND_ENGINE_OPTIMIZERS_ADAM_H_

#include <cstdint>
#include <memory>

#include "engine/core/fields.h"
#include "engine/optimizers/optimizer.h"

namespace traind::engine {

// Kingma and Ba 2015, in the form at the end of their section 2, which is Keras's (their Algorithm 1 and PyTorch add
// epsilon after the bias correction instead): at step t, from 1,
//   m += (1 - beta_1) * (gradient - m)
//   v += (1 - beta_2) * (gradient^2 - v)
//   weight -= learning_rate * sqrt(1 - beta_2^t) / (1 - beta_1^t) * m / (sqrt(v) + epsilon)
// With `amsgrad` (Reddi et al. 2018) the largest v so far takes the place of v in the last line.
struct AdamSpec {
  static constexpr const char* kName = "adam";
  static constexpr double kWeightDecay = 0.0;
  double learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  double epsilon = 1e-7;
  bool amsgrad = false;

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("learning_rate", self.learning_rate, AboveZero(kMaxLearningRate));
    visit("beta_1", self.beta_1, Share());
    visit("beta_2", self.beta_2, Share());
    visit("epsilon", self.epsilon, Epsilon());
    visit("amsgrad", self.amsgrad);
  }

  int64_t slots() const { return amsgrad ? 3 : 2; }
  std::unique_ptr<Optimizer> Make(int64_t size) const;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPTIMIZERS_ADAM_H_
