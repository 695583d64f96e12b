// Stochastic gradient descent.
#ifndef TRAIND_ENGINE_OPTIMIZERS_SGD_H_
#define TRAIND_ENGINE_OPTIMIZERS_SGD_H_

#include <cstdint>
#include <memory>

#include "engine/core/fields.h"
#include "engine/optimizers/optimizer.h"

namespace traind::engine {

// weight -= learning_rate * gradient; or with momentum (Polyak 1964, in Keras's form)
//   velocity = momentum * velocity - learning_rate * gradient
//   weight += velocity
// whose last line is, if `nesterov` (Sutskever et al. 2013),
//   weight += momentum * velocity - learning_rate * gradient
struct SgdSpec {
  static constexpr const char* kName = "sgd";
  static constexpr double kWeightDecay = 0.0;
  double learning_rate = 0.01;
  double momentum = 0.0;
  bool nesterov = false;  // of no effect without momentum

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("learning_rate", self.learning_rate, AboveZero(kMaxLearningRate));
    visit("momentum", self.momentum, Share());
    visit("nesterov", self.nesterov);
  }

  int64_t slots() const { return momentum == 0 ? 0 : 1; }
  std::unique_ptr<Optimizer> Make(int64_t size) const;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPTIMIZERS_SGD_H_
