#include "engine/losses/categorical_focal_crossentropy.h"

#include <algorithm>
#include <cmath>

namespace traind::engine {
namespace {

// The softmax of a row, for which there is no room: computed again where it is needed.
class SoftmaxRow {
 public:
  SoftmaxRow(int64_t width, const float* logits) : logits_(logits), max_(*std::max_element(logits, logits + width)) {
    for (int64_t i = 0; i < width; ++i) sum_ += Exponential(i);
    log_sum_ = std::log(sum_);
  }

  double Probability(int64_t i) const { return Exponential(i) / sum_; }
  double Complement(int64_t i) const { return (sum_ - Exponential(i)) / sum_; }
  double LogProbability(int64_t i) const { return static_cast<double>(logits_[i]) - max_ - log_sum_; }

 private:
  // In float32, since that is twice as fast.
  double Exponential(int64_t i) const { return std::exp(logits_[i] - max_); }

  const float* const logits_;
  const float max_;
  double sum_ = 0;
  double log_sum_ = 0;
};

class CategoricalFocalCrossentropy final : public Loss {
 public:
  explicit CategoricalFocalCrossentropy(const CategoricalFocalCrossentropySpec& spec) : spec_(spec) {}

  double Compute(const LossBatch& batch) const override {
    double loss = 0;
    for (int64_t row = 0; row < batch.rows; ++row) loss += RowWeight(batch.labels, row) * ComputeRow(batch, row);
    return loss;
  }

 private:
  // With L = sum of t f(p), f(p) = -(1 - p)^gamma log(p), and h = t f'(p) p: dL / dlogit = h - p sum(h).
  double ComputeRow(const LossBatch& batch, int64_t row) const {
    const int64_t width = batch.width;
    const SoftmaxRow softmax(width, batch.outputs + row * width);
    float* const gradient = batch.gradient == nullptr ? nullptr : batch.gradient + row * width;
    double loss = 0;
    double sum_of_h = 0;
    for (int64_t i = 0; i < width; ++i) {
      const double target = Target(batch.labels.classes[row] == i, width);
      double h = 0;
      // Of a class that is not wanted a probability of 0 has an infinite logarithm, which must not count.
      if (target > 0) {
        const double wrong = softmax.Complement(i);
        const double log = softmax.LogProbability(i);
        const double focus =
            spec_.alpha * target * std::pow(static_cast<float>(wrong), static_cast<float>(spec_.gamma));
        loss -= focus * log;
        // Where nothing is wrong, the focus is 0 or gamma is.
        h = focus * (spec_.gamma * softmax.Probability(i) * (wrong > 0 ? log / wrong : 0) - 1);
        sum_of_h += h;
      }
      if (gradient != nullptr) gradient[i] = static_cast<float>(h);
    }
    const double per_row = RowWeight(batch.labels, row) / static_cast<double>(batch.mean_rows);
    for (int64_t i = 0; i < width; ++i) {
      const double p = softmax.Probability(i);
      if (batch.predictions != nullptr) batch.predictions[row * width + i] = static_cast<float>(p);
      if (gradient != nullptr) gradient[i] = static_cast<float>(per_row * (gradient[i] - p * sum_of_h));
    }
    return loss;
  }

  double Target(bool is_label, int64_t width) const {
    return (is_label ? 1 - spec_.label_smoothing : 0) + spec_.label_smoothing / static_cast<double>(width);
  }

  const CategoricalFocalCrossentropySpec spec_;
};

}  // namespace

std::unique_ptr<Loss> CategoricalFocalCrossentropySpec::Make() const {
  return std::make_unique<CategoricalFocalCrossentropy>(*this);
}

}  // namespace traind::engine
