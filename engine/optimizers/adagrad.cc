#include "engine/optimizers/adagrad.h"

#include <algorithm>
#include <cmath>

#include "engine/core/aligned_buffer.h"
#include "engine/core/multiversion.h"

namespace traind::engine {
namespace {

TRAIND_MULTIVERSION void Step(int64_t size, float learning_rate, float epsilon, const float* __restrict gradients,
                              float* __restrict sums, float* __restrict weights) {
  for (int64_t i = 0; i < size; ++i) {
    const float gradient = gradients[i];
    const float sum = sums[i] + gradient * gradient;
    sums[i] = sum;
    weights[i] -= learning_rate * gradient / std::sqrt(sum + epsilon);
  }
}

class Adagrad final : public Optimizer {
 public:
  Adagrad(const AdagradSpec& spec, int64_t size) : epsilon_(static_cast<float>(spec.epsilon)), sums_(size) {
    std::ranges::fill(sums_.span(), static_cast<float>(spec.initial_accumulator_value));
  }

  void BeginStep(double learning_rate) override { learning_rate_ = static_cast<float>(learning_rate); }

  void Move(int64_t begin, std::span<const float> gradients, std::span<float> weights) override {
    Step(static_cast<int64_t>(weights.size()), learning_rate_, epsilon_, gradients.data(), sums_.data() + begin,
         weights.data());
  }

  void VisitState(StateVisitor& visit) override { visit.WeightArray("sums", sums_.span()); }

 private:
  const float epsilon_;
  float learning_rate_ = 0;
  AlignedBuffer sums_;
};

}  // namespace

std::unique_ptr<Optimizer> AdagradSpec::Make(int64_t size) const { return std::make_unique<Adagrad>(*this, size); }

}  // namespace traind::engine
