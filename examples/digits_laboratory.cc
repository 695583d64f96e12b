#include "examples/digits_laboratory.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <numeric>
#include <span>
#include <stdexcept>

#include "engine/training/trainer.h"

namespace {

using namespace traind::engine;

constexpr int kPixels = 64;
constexpr int kClasses = 10;
constexpr double kChance = 1.0 / kClasses;
constexpr double kGoal = 0.95;

void Standardize(std::span<float> pixels) {
  const auto rows = static_cast<double>(pixels.size() / kPixels);
  for (int pixel = 0; pixel < kPixels; ++pixel) {
    double sum = 0, squares = 0;
    for (std::size_t i = pixel; i < pixels.size(); i += kPixels) {
      sum += pixels[i];
      squares += pixels[i] * pixels[i];
    }
    const double mean = sum / rows;
    const double deviation = std::sqrt(std::max(0.0, squares / rows - mean * mean));
    for (std::size_t i = pixel; i < pixels.size(); i += kPixels) {
      pixels[i] = deviation == 0 ? 0 : static_cast<float>((pixels[i] - mean) / deviation);
    }
  }
}

// He's initialization is the best known for relu without normalization: the comparison is to be a fair one.
TrainingSpec SpecOf(const Setting& setting, int64_t epochs, uint64_t seed) {
  TrainingSpec spec;
  const auto add_dense = [&](int64_t units) {
    spec.model.layers.push_back(
        {"",
         DenseSpec{.units = units, .kernel_initializer = {.kind = InitializerKind::kHeNormal, .gain = setting.gain}}});
  };
  for (int layer = 0; layer < setting.depth; ++layer) {
    add_dense(64);
    // Moving statistics that follow within 10 steps: an epoch has 45.
    if (setting.normalized) spec.model.layers.push_back({"", BatchNormalizationSpec{.momentum = 0.9}});
    spec.model.layers.push_back({"", ActivationSpec{.function = ActivationFunction::kRelu}});
  }
  add_dense(kClasses);
  spec.model.layers.push_back({"", ActivationSpec{.function = ActivationFunction::kSoftmax}});
  spec.loss = CategoricalCrossentropySpec{};
  spec.optimizer.kind = SgdSpec{.learning_rate = setting.learning_rate};
  spec.metrics = {Metric::kAccuracy};
  spec.epochs = epochs;
  spec.batch_size = 32;
  spec.seed = seed;
  spec.validation_split = 0.2;
  return spec;
}

// Keeps the held-out accuracy of every epoch.
struct AccuracyKeeper final : TrainingObserver {
  void OnStep(const TrainingProgress& /*progress*/, double /*loss*/) override {}
  void OnEpoch(const TrainingProgress& progress, const MetricValues& values) override {
    accuracies.push_back(values.at("val_accuracy"));
    steps.push_back(static_cast<double>(progress.step));
  }
  std::vector<double> accuracies = {kChance};  // before the first step
  std::vector<double> steps = {0};
};

Measurement Measure(const std::vector<double>& values) {
  return {.mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size()),
          .least = std::ranges::min(values),
          .most = std::ranges::max(values)};
}

// Accuracy is measured after epochs: the step in between at which it reached the goal is interpolated.
std::optional<double> StepsToGoal(const AccuracyKeeper& run) {
  for (std::size_t i = 1; i < run.steps.size(); ++i) {
    const double before = run.accuracies[i - 1];
    if (run.accuracies[i] < kGoal) continue;
    return run.steps[i - 1] + (run.steps[i] - run.steps[i - 1]) * (kGoal - before) / (run.accuracies[i] - before);
  }
  return {};
}

}  // namespace

DigitsLaboratory::DigitsLaboratory(const std::string& csv_path, int64_t epochs, uint64_t seeds)
    : epochs_(epochs), seeds_(seeds) {
  std::ifstream file(csv_path);
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    const char* at = line.c_str();
    char* end = nullptr;
    for (int i = 0; i < kPixels; ++i, at = end + 1) pixels_.push_back(std::strtof(at, &end));
    digits_.push_back(static_cast<int32_t>(std::strtol(at, &end, 10)));
  }
  if (digits_.empty()) throw std::runtime_error("there are no digits in " + csv_path);
  Standardize(pixels_);
}

DatasetView DigitsLaboratory::view() const {
  return {.shape = {.rows = static_cast<int64_t>(digits_.size()), .features = kPixels, .classes = kClasses},
          .features = pixels_.data(),
          .classes = digits_.data()};
}

Result DigitsLaboratory::Try(const Setting& setting) const {
  std::vector<double> accuracies, steps;
  for (uint64_t seed = 0; seed < seeds_; ++seed) {
    auto trainer = Trainer::Create(SpecOf(setting, epochs_, seed), view(), /*threads=*/1);
    if (!trainer.ok()) throw std::runtime_error(trainer.status().ToString());
    AccuracyKeeper run;
    const auto outcome = (*trainer)->Run(run, {});
    if (!outcome.ok()) throw std::runtime_error(outcome.status().ToString());
    const bool diverged = outcome->end == TrainingOutcome::End::kDiverged;
    accuracies.push_back(diverged ? kChance : run.accuracies.back());
    if (const auto reached = StepsToGoal(run); reached && !diverged) steps.push_back(*reached);
  }
  Result result = {.accuracy = Measure(accuracies), .steps_to_goal = {}};
  if (steps.size() == seeds_) result.steps_to_goal = Measure(steps);
  return result;
}

Result DigitsLaboratory::TryTuned(Setting setting, const std::vector<double>& learning_rates) const {
  Result best;
  for (const double rate : learning_rates) {
    setting.learning_rate = rate;
    const Result result = Try(setting);
    if (result.accuracy.mean > best.accuracy.mean) best.accuracy = result.accuracy;
    if (!result.steps_to_goal) continue;
    if (!best.steps_to_goal || result.steps_to_goal->mean < best.steps_to_goal->mean) {
      best.steps_to_goal = result.steps_to_goal;
    }
  }
  return best;
}
