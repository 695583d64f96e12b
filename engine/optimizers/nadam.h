// Nadam: Adam with Nesterov momentum.
#ifndef TRAIND_ENGINE_OPTIMIZERS_NADAM_H_
#define TRAIND_ENGINE_OPTIMIZERS_NADAM_H_

#include <cstdint>
#include <memory>

#include "engine/core/fields.h"
#include "engine/optimizers/optimizer.h"

namespace traind::engine {

// Dozat 2016, with the schedule of momentum that Keras has (PyTorch's NAdam with momentum_decay 1): at step t, from 1,
//   u(t) = beta_1 * (1 - 0.96^t / 2), and U(t) = u(1) * ... * u(t)
//   m += (1 - beta_1) * (gradient - m)
//   v += (1 - beta_2) * (gradient^2 - v)
//   look_ahead = u(t+1) / (1 - U(t+1)) * m + (1 - u(t)) / (1 - U(t)) * gradient
//   weight -= learning_rate * look_ahead / (sqrt(v / (1 - beta_2^t)) + epsilon)
struct NadamSpec {
  static constexpr const char* kName = "nadam";
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

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPTIMIZERS_NADAM_H_
