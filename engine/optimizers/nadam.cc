#include "engine/optimizers/nadam.h"

#include <cmath>

#include "engine/core/aligned_buffer.h"
#include "engine/core/multiversion.h"

namespace traind::engine {
namespace {

struct Coefficients {
  float of_moment = 0;    // learning rate * u(t+1) / (1 - U(t+1))
  float of_gradient = 0;  // learning rate * (1 - u(t)) / (1 - U(t))
  float correction = 0;   // 1 / sqrt(1 - beta_2^t)
  float keep_1 = 0;       // 1 - beta_1
  float keep_2 = 0;       // 1 - beta_2
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
    weights[i] -= (c.of_moment * m + c.of_gradient * gradient) / (c.correction * std::sqrt(v) + c.epsilon);
  }
}

class Nadam final : public Optimizer {
 public:
  Nadam(const NadamSpec& spec, int64_t size) : spec_(spec), first_moment_(size), second_moment_(size) {}

  void BeginStep(double learning_rate) override {
    const double t = static_cast<double>(++step_);
    const double u = MomentumAt(t);
    const double next_u = MomentumAt(t + 1);
    product_ *= u;
    coefficients_ = {.of_moment = static_cast<float>(learning_rate * next_u / (1 - product_ * next_u)),
                     .of_gradient = static_cast<float>(learning_rate * (1 - u) / (1 - product_)),
                     .correction = static_cast<float>(1 / std::sqrt(1 - std::pow(spec_.beta_2, t))),
                     .keep_1 = static_cast<float>(1 - spec_.beta_1),
                     .keep_2 = static_cast<float>(1 - spec_.beta_2),
                     .epsilon = static_cast<float>(spec_.epsilon)};
  }

  void Move(int64_t begin, std::span<const float> gradients, std::span<float> weights) override {
    Step(static_cast<int64_t>(weights.size()), coefficients_, gradients.data(), first_moment_.data() + begin,
         second_moment_.data() + begin, weights.data());
  }

  void VisitState(StateVisitor& visit) override {
    visit("step", step_);
    visit("product", product_);
    visit.WeightArray("first_moment", first_moment_.span());
    visit.WeightArray("second_moment", second_moment_.span());
  }

 private:
  double MomentumAt(double t) const { return spec_.beta_1 * (1 - 0.5 * std::pow(0.96, t)); }

  const NadamSpec spec_;
  int64_t step_ = 0;
  double product_ = 1;  // U(t)
  Coefficients coefficients_;
  AlignedBuffer first_moment_;
  AlignedBuffer second_moment_;
};

}  // namespace

std::unique_ptr<Optimizer> NadamSpec::Make(int64_t size) const { return std::make_unique<Nadam>(*this, size); }

}  // namespace traind::engine
