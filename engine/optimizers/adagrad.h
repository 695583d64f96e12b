// Adagrad: steps that shrink with the gradients that a weight has had.
#ifndef TRAIND_ENGINE_OPTIMIZERS_ADAGRAD_H_
#define TRAIND_ENGINE_OPTIMIZERS_ADAGRAD_H_

#include <cstdint>
#include <memory>

#include "engine/core/fields.h"
#include "engine/optimizers/optimizer.h"

namespace traind::engine {

// Duchi et al. 2011, in Keras's form (PyTorch adds epsilon to the root instead); the sum begins at
// `initial_accumulator_value`:
//   sum += gradient^2
//   weight -= learning_rate * gradient / sqrt(sum + epsilon)
struct AdagradSpec {
  static constexpr const char* kName = "adagrad";
  static constexpr double kWeightDecay = 0.0;
  double learning_rate = 0.001;
  double initial_accumulator_value = 0.1;
  double epsilon = 1e-7;

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("learning_rate", self.learning_rate, AboveZero(kMaxLearningRate));
    visit("initial_accumulator_value", self.initial_accumulator_value, Between(0, 1e6));
    visit("epsilon", self.epsilon, Epsilon());
  }

  int64_t slots() const { return 1; }
  std::unique_ptr<Optimizer> Make(int64_t size) const;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPTIMIZERS_ADAGRAD_H_
