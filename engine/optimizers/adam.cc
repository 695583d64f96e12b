#include "engine/optimizers/adam.h"

#include <cmath>

#include "engine/core/multiversion.h"

namespace traind::engine {
namespace {

TRAIND_MULTIVERSION void Step(int64_t size, float step_size, float keep_1, float keep_2, float epsilon,
                              const float* __restrict gradients, float* __restrict first, float* __restrict second,
                              float* __restrict weights) {
  for (int64_t i = 0; i < size; ++i) {
    const float gradient = gradients[i];
    const float m = first[i] + keep_1 * (gradient - first[i]);
    const float v = second[i] + keep_2 * (gradient * gradient - second[i]);
    first[i] = m;
    second[i] = v;
    weights[i] -= step_size * m / (std::sqrt(v) + epsilon);
  }
}

}  // namespace

std::unique_ptr<Optimizer> AdamSpec::Make(int64_t size) const { return std::make_unique<Adam>(*this, size); }

Adam::Adam(const AdamSpec& spec, int64_t size) : spec_(spec), first_moment_(size), second_moment_(size) {}

void Adam::BeginStep(double learning_rate) {
  const double t = static_cast<double>(++step_);
  const double correction = std::sqrt(1 - std::pow(spec_.beta_2, t)) / (1 - std::pow(spec_.beta_1, t));
  coefficients_ = {.step_size = static_cast<float>(learning_rate * correction),
                   .keep_1 = static_cast<float>(1 - spec_.beta_1),
                   .keep_2 = static_cast<float>(1 - spec_.beta_2),
                   .epsilon = static_cast<float>(spec_.epsilon)};
}

void Adam::Move(int64_t begin, std::span<const float> gradients, std::span<float> weights) {
  const Coefficients& c = coefficients_;
  Step(static_cast<int64_t>(weights.size()), c.step_size, c.keep_1, c.keep_2, c.epsilon, gradients.data(),
       first_moment_.data() + begin, second_moment_.data() + begin, weights.data());
}

}  // namespace traind::engine
