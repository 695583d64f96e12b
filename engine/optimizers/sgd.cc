#include "engine/optimizers/sgd.h"

#include "engine/core/multiversion.h"
#include "engine/core/parallel.h"
#include "engine/optimizers/grain.h"

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

}  // namespace

Sgd::Sgd(double learning_rate, double momentum, int64_t size)
    : learning_rate_(static_cast<float>(learning_rate)),
      momentum_(static_cast<float>(momentum)),
      velocity_(momentum == 0 ? 0 : size) {}

void Sgd::Update(std::span<float> weights, std::span<const float> gradients) {
  ParallelFor(static_cast<int64_t>(weights.size()), kOptimizerGrain, [&](int64_t begin, int64_t end) {
    if (velocity_.size() == 0) {
      Descend(end - begin, learning_rate_, gradients.data() + begin, weights.data() + begin);
    } else {
      DescendWithMomentum(end - begin, learning_rate_, momentum_, gradients.data() + begin, velocity_.data() + begin,
                          weights.data() + begin);
    }
  });
}

}  // namespace traind::engine
