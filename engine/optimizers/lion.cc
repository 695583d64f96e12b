#include "engine/optimizers/lion.h"

#include "engine/core/aligned_buffer.h"
#include "engine/core/multiversion.h"

namespace traind::engine {
namespace {

TRAIND_MULTIVERSION void Step(int64_t size, float learning_rate, float beta_1, float beta_2,
                              const float* __restrict gradients, float* __restrict moments, float* __restrict weights) {
  for (int64_t i = 0; i < size; ++i) {
    const float gradient = gradients[i];
    const float direction = beta_1 * moments[i] + (1 - beta_1) * gradient;
    moments[i] = beta_2 * moments[i] + (1 - beta_2) * gradient;
    // Written so that NaN comes out, for the weights to show it.
    weights[i] -= direction > 0 ? learning_rate : direction < 0 ? -learning_rate : direction;
  }
}

class Lion final : public Optimizer {
 public:
  Lion(const LionSpec& spec, int64_t size)
      : beta_1_(static_cast<float>(spec.beta_1)), beta_2_(static_cast<float>(spec.beta_2)), moments_(size) {}

  void BeginStep(double learning_rate) override { learning_rate_ = static_cast<float>(learning_rate); }

  void Move(int64_t begin, std::span<const float> gradients, std::span<float> weights) override {
    Step(static_cast<int64_t>(weights.size()), learning_rate_, beta_1_, beta_2_, gradients.data(),
         moments_.data() + begin, weights.data());
  }

  void VisitState(StateVisitor& visit) override { visit.WeightArray("moments", moments_.span()); }

 private:
  const float beta_1_;
  const float beta_2_;
  float learning_rate_ = 0;
  AlignedBuffer moments_;
};

}  // namespace

std::unique_ptr<Optimizer> LionSpec::Make(int64_t size) const { return std::make_unique<Lion>(*this, size); }

}  // namespace traind::engine
