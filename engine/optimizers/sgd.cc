#include "engine/optimizers/sgd.h"

#include "engine/core/aligned_buffer.h"
#include "engine/core/multiversion.h"

namespace traind::engine {
namespace {

TRAIND_MULTIVERSION void Descend(int64_t size, float learning_rate, const float* __restrict gradients,
                                 float* __restrict weights) {
  for (int64_t i = 0; i < size; ++i) weights[i] -= learning_rate * gradients[i];
}

TRAIND_MULTIVERSION void DescendWithMomentum(int64_t size, float learning_rate, float momentum,
                                             const float* __restrict gradients, float* __restrict velocity,
                                             float* __restrict weights) {
  for (int64_t i = 0; i < size; ++i) {
    velocity[i] = momentum * velocity[i] - learning_rate * gradients[i];
    weights[i] += velocity[i];
  }
}

TRAIND_MULTIVERSION void DescendLookingAhead(int64_t size, float learning_rate, float momentum,
                                             const float* __restrict gradients, float* __restrict velocity,
                                             float* __restrict weights) {
  for (int64_t i = 0; i < size; ++i) {
    const float step = learning_rate * gradients[i];
    velocity[i] = momentum * velocity[i] - step;
    weights[i] += momentum * velocity[i] - step;
  }
}

class Sgd final : public Optimizer {
 public:
  Sgd(const SgdSpec& spec, int64_t size)
      : momentum_(static_cast<float>(spec.momentum)),
        nesterov_(spec.nesterov),
        velocity_(spec.momentum == 0 ? 0 : size) {}

  void BeginStep(double learning_rate) override { learning_rate_ = static_cast<float>(learning_rate); }

  void Move(int64_t begin, std::span<const float> gradients, std::span<float> weights) override {
    const auto size = static_cast<int64_t>(weights.size());
    if (velocity_.size() == 0) {
      Descend(size, learning_rate_, gradients.data(), weights.data());
      return;
    }
    const auto descend = nesterov_ ? DescendLookingAhead : DescendWithMomentum;
    descend(size, learning_rate_, momentum_, gradients.data(), velocity_.data() + begin, weights.data());
  }

  void VisitState(StateVisitor& visit) override { visit.WeightArray("velocity", velocity_.span()); }

 private:
  const float momentum_;
  const bool nesterov_;
  float learning_rate_ = 0;
  AlignedBuffer velocity_;
};

}  // namespace

std::unique_ptr<Optimizer> SgdSpec::Make(int64_t size) const { return std::make_unique<Sgd>(*this, size); }

}  // namespace traind::engine
