// Lion: steps of equal size, in the direction of the momentum.
#ifndef TRAIND_ENGINE_OPTIMIZERS_LION_H_
#define TRAIND_ENGINE_OPTIMIZERS_LION_H_

#include <cstdint>
#include <memory>

#include "engine/core/fields.h"
#include "engine/optimizers/optimizer.h"

namespace traind::engine {

// Chen et al. 2023; sign(0) is 0:
//   weight -= learning_rate * sign(beta_1 * m + (1 - beta_1) * gradient)
//   m = beta_2 * m + (1 - beta_2) * gradient
struct LionSpec {
  static constexpr const char* kName = "lion";
  static constexpr double kWeightDecay = 0.0;
  double learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.99;

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("learning_rate", self.learning_rate, AboveZero(kMaxLearningRate));
    visit("beta_1", self.beta_1, Share());
    visit("beta_2", self.beta_2, Share());
  }

  int64_t slots() const { return 1; }
  std::unique_ptr<Optimizer> Make(int64_t size) const;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPTIMIZERS_LION_H_
