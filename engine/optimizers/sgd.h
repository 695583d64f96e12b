// Stochastic gradient descent.
#ifndef TRAIND_ENGINE_OPTIMIZERS_SGD_H_
#define TRAIND_ENGINE_OPTIMIZERS_SGD_H_

#include <cstdint>
#include <memory>

#include "engine/core/aligned_buffer.h"
#include "engine/core/fields.h"
#include "engine/optimizers/optimizer.h"

namespace traind::engine {

struct SgdSpec {
  static constexpr const char* kName = "sgd";
  static constexpr double kWeightDecay = 0.0;
  double learning_rate = 0.01;
  double momentum = 0.0;

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("learning_rate", self.learning_rate, AboveZero(kMaxLearningRate));
    visit("momentum", self.momentum, Share());
  }

  int64_t slots() const { return momentum == 0 ? 0 : 1; }
  std::unique_ptr<Optimizer> Make(int64_t size) const;
};

// velocity = momentum * velocity - learning_rate * gradient; weight += velocity (Keras's form of Polyak's momentum).
class Sgd final : public Optimizer {
 public:
  // For `size` weights. Without momentum no velocity is kept.
  Sgd(const SgdSpec& spec, int64_t size);

  void BeginStep(double learning_rate) override { learning_rate_ = static_cast<float>(learning_rate); }
  void Move(int64_t begin, std::span<const float> gradients, std::span<float> weights) override;

 private:
  const float momentum_;
  float learning_rate_ = 0;
  AlignedBuffer velocity_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPTIMIZERS_SGD_H_
