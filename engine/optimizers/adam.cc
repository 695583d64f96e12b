#include "engine/optimizers/adam.h"

#include <algorithm>
#include <cmath>

#include "engine/core/aligned_buffer.h"
#include "engine/core/multiversion.h"

namespace traind::engine {
namespace {

struct Coefficients {
  float step_size = 0;  // the learning rate with both bias corrections
  float keep_1 = 0;     // 1 - beta_1
  float keep_2 = 0;     // 1 - beta_2
  float epsilon = 0;
};

TRAIND_MULTIVERSION void Step(int64_t size, Coefficients c, const float* __restrict gradients, float* __restrict first,
                              float* __restrict second, float* __restrict weights) {
  for (int64_t i = 0; i < size; ++i) {
    const float gradient = gradients[i];
    const float m = first[i] + c.keep_1 * (gradient - first[i]);
    const float v = second[i] + c.keep_2 * (gradient * gradient - second[i]);
    first[i] = m;
    second[i] = v;
    weights[i] -= c.step_size * m / (std::sqrt(v) + c.epsilon);
  }
}

TRAIND_MULTIVERSION void StepAmsgrad(int64_t size, Coefficients c, const float* __restrict gradients,
                                     float* __restrict first, float* __restrict second, float* __restrict largest,
                                     float* __restrict weights) {
  for (int64_t i = 0; i < size; ++i) {
    const float gradient = gradients[i];
    const float m = first[i] + c.keep_1 * (gradient - first[i]);
    const float v = second[i] + c.keep_2 * (gradient * gradient - second[i]);
    first[i] = m;
    second[i] = v;
    largest[i] = largest[i] < v ? v : largest[i];
    weights[i] -= c.step_size * m / (std::sqrt(largest[i]) + c.epsilon);
  }
}

class Adam final : public Optimizer {
 public:
  Adam(const AdamSpec& spec, int64_t size)
      : spec_(spec), first_moment_(size), second_moment_(size), largest_(spec.amsgrad ? size : 0) {}

  void BeginStep(double learning_rate) override {
    const double t = static_cast<double>(++step_);
    const double correction = std::sqrt(1 - std::pow(spec_.beta_2, t)) / (1 - std::pow(spec_.beta_1, t));
    coefficients_ = {.step_size = static_cast<float>(learning_rate * correction),
                     .keep_1 = static_cast<float>(1 - spec_.beta_1),
                     .keep_2 = static_cast<float>(1 - spec_.beta_2),
                     .epsilon = static_cast<float>(spec_.epsilon)};
  }

  void Move(int64_t begin, std::span<const float> gradients, std::span<float> weights) override {
    const auto size = static_cast<int64_t>(weights.size());
    float* const first = first_moment_.data() + begin;
    float* const second = second_moment_.data() + begin;
    if (spec_.amsgrad) {
      StepAmsgrad(size, coefficients_, gradients.data(), first, second, largest_.data() + begin, weights.data());
    } else {
      Step(size, coefficients_, gradients.data(), first, second, weights.data());
    }
  }

  void VisitState(StateVisitor& visit) override {
    visit("step", step_);
    visit.WeightArray("first_moment", first_moment_.span());
    visit.WeightArray("second_moment", second_moment_.span());
    visit.WeightArray("largest", largest_.span());
  }

 private:
  const AdamSpec spec_;
  int64_t step_ = 0;
  Coefficients coefficients_;
  AlignedBuffer first_moment_;
  AlignedBuffer second_moment_;
  AlignedBuffer largest_;  // second moment so far
};

}  // namespace

std::unique_ptr<Optimizer> AdamSpec::Make(int64_t size) const { return std::make_unique<Adam>(*this, size); }

}  // namespace traind::engine
