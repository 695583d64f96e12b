#include "engine/optimizers/adam.h"

#include <cmath>

#include "engine/core/multiversion.h"
#include "engine/core/parallel.h"
#include "engine/optimizers/grain.h"

namespace traind::engine {
namespace {

struct Coefficients {
  float step_size;  // the learning rate with both bias corrections
  float keep_1;     // 1 - beta_1
  float keep_2;     // 1 - beta_2
  float epsilon;
};

TRAIND_MULTIVERSION void Move(int64_t size, Coefficients c, const float* __restrict gradients, float* __restrict first,
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

}  // namespace

Adam::Adam(const AdamConfig& config, int64_t size) : config_(config), first_moment_(size), second_moment_(size) {}

void Adam::Update(std::span<float> weights, std::span<const float> gradients) {
  ++step_;
  const double t = static_cast<double>(step_);
  const double correction = std::sqrt(1 - std::pow(config_.beta_2, t)) / (1 - std::pow(config_.beta_1, t));
  const Coefficients coefficients = {.step_size = static_cast<float>(config_.learning_rate * correction),
                                     .keep_1 = static_cast<float>(1 - config_.beta_1),
                                     .keep_2 = static_cast<float>(1 - config_.beta_2),
                                     .epsilon = static_cast<float>(config_.epsilon)};
  ParallelFor(static_cast<int64_t>(weights.size()), kOptimizerGrain, [&](int64_t begin, int64_t end) {
    Move(end - begin, coefficients, gradients.data() + begin, first_moment_.data() + begin,
         second_moment_.data() + begin, weights.data() + begin);
  });
}

}  // namespace traind::engine
