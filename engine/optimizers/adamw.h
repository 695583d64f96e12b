// AdamW: Adam with decoupled weight decay.
#ifndef TRAIND_ENGINE_OPTIMIZERS_ADAMW_H_
#define TRAIND_ENGINE_OPTIMIZERS_ADAMW_H_

#include <cstdint>
#include <memory>

#include "engine/optimizers/adam.h"
#include "engine/optimizers/optimizer.h"

namespace traind::engine {

// Loshchilov and Hutter 2019. It is Adam: the decay is that of OptimizerSpec::weight_decay, which any optimizer can
// have; here it has a default, which is Keras's.
struct AdamWSpec {
  static constexpr const char* kName = "adamw";
  static constexpr double kWeightDecay = 0.004;
  double learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  double epsilon = 1e-7;
  bool amsgrad = false;

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    AdamSpec::VisitFields(self, visit);
  }

  int64_t slots() const { return adam().slots(); }
  std::unique_ptr<Optimizer> Make(int64_t size) const { return adam().Make(size); }

 private:
  AdamSpec adam() const { return {learning_rate, beta_1, beta_2, epsilon, amsgrad}; }
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPTIMIZERS_ADAMW_H_
