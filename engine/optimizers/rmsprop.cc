#include "engine/optimizers/rmsprop.h"

#include <cmath>

#include "engine/core/aligned_buffer.h"
#include "engine/core/multiversion.h"

namespace traind::engine {
namespace {

struct Coefficients {
  float learning_rate = 0;
  float keep = 0;  // 1 - rho
  float momentum = 0;
  float epsilon = 0;
};

// `average` is null if not centered, `velocity` without momentum; the compiler makes a loop for each of the four cases.
TRAIND_MULTIVERSION void Step(int64_t size, Coefficients c, const float* __restrict gradients,
                              float* __restrict mean_square, float* __restrict average, float* __restrict velocity,
                              float* __restrict weights) {
  for (int64_t i = 0; i < size; ++i) {
    const float gradient = gradients[i];
    float variance = mean_square[i] + c.keep * (gradient * gradient - mean_square[i]);
    mean_square[i] = variance;
    if (average != nullptr) {
      const float a = average[i] + c.keep * (gradient - average[i]);
      average[i] = a;
      variance -= a * a;
      variance = variance < 0 ? 0 : variance;
    }
    float step = c.learning_rate * gradient / std::sqrt(variance + c.epsilon);
    if (velocity != nullptr) {
      step += c.momentum * velocity[i];
      velocity[i] = step;
    }
    weights[i] -= step;
  }
}

class Rmsprop final : public Optimizer {
 public:
  Rmsprop(const RmspropSpec& spec, int64_t size)
      : coefficients_{.keep = static_cast<float>(1 - spec.rho),
                      .momentum = static_cast<float>(spec.momentum),
                      .epsilon = static_cast<float>(spec.epsilon)},
        mean_square_(size),
        average_(spec.centered ? size : 0),
        velocity_(spec.momentum == 0 ? 0 : size) {}

  void BeginStep(double learning_rate) override { coefficients_.learning_rate = static_cast<float>(learning_rate); }

  void Move(int64_t begin, std::span<const float> gradients, std::span<float> weights) override {
    const auto from = [&](const AlignedBuffer& slot) { return slot.size() == 0 ? nullptr : slot.data() + begin; };
    Step(static_cast<int64_t>(weights.size()), coefficients_, gradients.data(), mean_square_.data() + begin,
         from(average_), from(velocity_), weights.data());
  }

  void VisitState(StateVisitor& visit) override {
    visit.WeightArray("mean_square", mean_square_.span());
    visit.WeightArray("average", average_.span());
    visit.WeightArray("velocity", velocity_.span());
  }

 private:
  Coefficients coefficients_;
  AlignedBuffer mean_square_;
  AlignedBuffer average_;
  AlignedBuffer velocity_;
};

}  // namespace

std::unique_ptr<Optimizer> RmspropSpec::Make(int64_t size) const { return std::make_unique<Rmsprop>(*this, size); }

}  // namespace traind::engine
