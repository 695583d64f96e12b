// RMSprop: steps divided by the root of the mean square gradient.
#ifndef TRAIND_ENGINE_OPTIMIZERS_RMSPROP_H_
#define TRAIND_ENGINE_OPTIMIZERS_RMSPROP_H_

#include <cstdint>
#include <memory>

#include "engine/core/fields.h"
#include "engine/optimizers/optimizer.h"

namespace traind::engine {

// Tieleman and Hinton 2012, in Keras's form (PyTorch adds epsilon to the root instead):
//   v += (1 - rho) * (gradient^2 - v)
//   step = learning_rate * gradient / sqrt(v + epsilon)
//   weight -= step
// With momentum the last line is
//   velocity = momentum * velocity + step
//   weight -= velocity
// If `centered` (Graves 2013) the variance takes the place of the mean square v in the second line:
//   a += (1 - rho) * (gradient - a)
//   variance = max(v - a^2, 0), since rounding could make it negative
struct RmspropSpec {
  static constexpr const char* kName = "rmsprop";
  static constexpr double kWeightDecay = 0.0;
  double learning_rate = 0.001;
  double rho = 0.9;
  double momentum = 0.0;
  double epsilon = 1e-7;
  bool centered = false;

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("learning_rate", self.learning_rate, AboveZero(kMaxLearningRate));
    visit("rho", self.rho, Share());
    visit("momentum", self.momentum, Share());
    visit("epsilon", self.epsilon, Epsilon());
    visit("centered", self.centered);
  }

  int64_t slots() const { return 1 + (momentum == 0 ? 0 : 1) + (centered ? 1 : 0); }
  std::unique_ptr<Optimizer> Make(int64_t size) const;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPTIMIZERS_RMSPROP_H_
