#include "tests/engine/losses/loss_cases.h"

#include <cmath>

namespace traind::engine {
namespace {

double Softmax(const std::vector<double>& outputs, std::size_t i) {
  double sum = 0;
  for (const double output : outputs) sum += std::exp(output);
  return std::exp(outputs[i]) / sum;
}

double Sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

RowReference Categorical(double label_smoothing, double alpha, double gamma) {
  return [=](const std::vector<double>& outputs, int32_t label, const float*) {
    double loss = 0;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const double one = static_cast<int32_t>(i) == label ? 1 : 0;
      const double target = one * (1 - label_smoothing) + label_smoothing / static_cast<double>(outputs.size());
      const double p = Softmax(outputs, i);
      loss -= alpha * target * std::pow(1 - p, gamma) * std::log(p);
    }
    return loss;
  };
}

// The mean over the outputs of a function of one and its target.
RowReference Mean(const std::function<double(double output, double target)>& element) {
  return [=](const std::vector<double>& outputs, int32_t label, const float* targets) {
    double sum = 0;
    for (std::size_t i = 0; i < outputs.size(); ++i)
      sum += element(outputs[i], targets == nullptr ? label : targets[i]);
    return sum / static_cast<double>(outputs.size());
  };
}

RowReference Binary(double label_smoothing, bool balanced, double alpha, double gamma) {
  return Mean([=](double output, double target) {
    const double z = target * (1 - label_smoothing) + label_smoothing / 2;
    const double p = Sigmoid(output);
    const double right = z * p + (1 - z) * (1 - p);
    const double balance = balanced ? z * alpha + (1 - z) * (1 - alpha) : 1;
    return -balance * std::pow(1 - right, gamma) * (z * std::log(p) + (1 - z) * std::log(1 - p));
  });
}

double Hinge(double output, double y) { return std::max(0.0, 1 - y * output); }

}  // namespace

std::vector<LossCase> LossCases() {
  const auto with_classes = [](const char* name, LossSpec spec, RowReference reference) {
    return LossCase{.name = name, .spec = spec, .reference = std::move(reference), .has_classes = true};
  };
  const auto with_probabilities = [](const char* name, LossSpec spec, RowReference reference) {
    return LossCase{.name = name, .spec = spec, .reference = std::move(reference), .target_low = 0, .target_high = 1};
  };
  const auto with_targets = [](const char* name, LossSpec spec, RowReference reference) {
    return LossCase{.name = name, .spec = spec, .reference = std::move(reference)};
  };
  return {
      with_classes("categorical_crossentropy", CategoricalCrossentropySpec{}, Categorical(0, 1, 0)),
      with_classes("categorical_crossentropy_smoothed", CategoricalCrossentropySpec{.label_smoothing = 0.1},
                   Categorical(0.1, 1, 0)),
      with_classes("categorical_focal_crossentropy", CategoricalFocalCrossentropySpec{}, Categorical(0, 0.25, 2)),
      with_classes("categorical_focal_crossentropy_smoothed",
                   CategoricalFocalCrossentropySpec{.alpha = 0.6, .gamma = 0.7, .label_smoothing = 0.2},
                   Categorical(0.2, 0.6, 0.7)),
      with_classes("binary_crossentropy", BinaryCrossentropySpec{}, Binary(0, false, 1, 0)),
      with_classes("binary_crossentropy_smoothed", BinaryCrossentropySpec{.label_smoothing = 0.1},
                   Binary(0.1, false, 1, 0)),
      with_probabilities("binary_crossentropy_targets", BinaryCrossentropySpec{.label_smoothing = 0.1},
                         Binary(0.1, false, 1, 0)),
      with_classes("binary_focal_crossentropy", BinaryFocalCrossentropySpec{}, Binary(0, false, 0.25, 2)),
      with_classes("binary_focal_crossentropy_balanced",
                   BinaryFocalCrossentropySpec{.apply_class_balancing = true, .alpha = 0.3, .gamma = 0.5},
                   Binary(0, true, 0.3, 0.5)),
      with_probabilities("binary_focal_crossentropy_targets",
                         BinaryFocalCrossentropySpec{.apply_class_balancing = true, .alpha = 0.25, .gamma = 1.5},
                         Binary(0, true, 0.25, 1.5)),
      with_classes("hinge", HingeSpec{},
                   Mean([](double output, double label) { return Hinge(output, 2 * label - 1); })),
      with_targets("hinge_targets", HingeSpec{}, Mean(Hinge)),
      with_targets("mean_squared_error", MeanSquaredErrorSpec{},
                   Mean([](double output, double target) { return (output - target) * (output - target); })),
      with_targets("mean_absolute_error", MeanAbsoluteErrorSpec{},
                   Mean([](double output, double target) { return std::abs(output - target); })),
      with_targets("huber", HuberSpec{.delta = 1.5}, Mean([](double output, double target) {
                     const double error = std::abs(output - target);
                     return error <= 1.5 ? error * error / 2 : 1.5 * error - 1.125;
                   })),
      {.name = "poisson",
       .spec = PoissonSpec{},
       .reference = Mean([](double output, double target) { return output - target * std::log(output + 1e-7); }),
       .low = 0.05,
       .target_low = 0,
       .target_high = 20},
  };
}

}  // namespace traind::engine
