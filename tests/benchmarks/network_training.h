// The networks of networks.h as trainings, and a clock for their steps.
#ifndef TRAIND_TESTS_BENCHMARKS_NETWORK_TRAINING_H_
#define TRAIND_TESTS_BENCHMARKS_NETWORK_TRAINING_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <vector>

#include "engine/core/random.h"
#include "engine/training/trainer.h"
#include "tests/benchmarks/networks.h"
#include "tests/engine/random_values.h"

namespace traind::engine {

// With Adam, until somebody stops it.
inline TrainingSpec SpecOf(const Network& network) {
  TrainingSpec spec;
  for (const int64_t units : network.hidden) {
    spec.model.layers.push_back({"", DenseSpec{.units = units, .use_bias = false}});
    spec.model.layers.push_back({"", BatchNormalizationSpec{}});
    spec.model.layers.push_back({"", ActivationSpec{.function = ActivationFunction::kRelu}});
  }
  spec.model.layers.push_back({"", DenseSpec{.units = network.classes}});
  spec.model.layers.push_back({"", ActivationSpec{.function = ActivationFunction::kSoftmax}});
  spec.loss = CategoricalCrossentropySpec{};
  spec.optimizer.kind = AdamSpec{.learning_rate = 0.001};
  spec.epochs = kMaxEpochs;
  spec.batch_size = network.batch;
  return spec;
}

// Random rows, so many batches of them.
class RandomRows {
 public:
  RandomRows(const Network& network, int64_t batches)
      : shape_{.rows = network.batch * batches, .features = network.inputs, .classes = network.classes},
        features_(RandomValues(shape_.rows * network.inputs, 1)),
        classes_(shape_.rows) {
    Random random(1, RandomUse::kRowOrder, 0);
    for (int32_t& label : classes_) label = static_cast<int32_t>(random.Below(network.classes));
  }

  const DatasetShape& shape() const { return shape_; }
  DatasetView view() const { return {.shape = shape_, .features = features_.data(), .classes = classes_.data()}; }

 private:
  const DatasetShape shape_;
  const std::vector<float> features_;
  std::vector<int32_t> classes_;
};

// Lets the first steps pass, in which caches, the clock of the CPU and threads that have just been made come to speed;
// then measures until its time is over and there are enough steps, and asks the training to stop.
class StopWatch final : public TrainingObserver {
 public:
  // `least`: steps, of those that pass and of those that are measured.
  StopWatch(double seconds, int64_t least) : seconds_(seconds), least_(least) {}

  void OnStep(const TrainingProgress& progress, double /*loss*/) override {
    const Clock::time_point now = Clock::now();
    if (progress.step == 1) first_ = now;
    if (!start_) {
      if (progress.step < least_ || now - first_ < kWarmUp * seconds_) return;
      start_ = now;
      before_ = progress;
      return;
    }
    steps_ = progress.step - before_.step;
    samples_ = progress.samples - before_.samples;
    measured_ = now - *start_;
    if (steps_ >= least_ && measured_.count() >= seconds_) stop_.request_stop();
  }
  void OnEpoch(const TrainingProgress& /*progress*/, const MetricValues& /*metrics*/) override {}

  std::stop_token token() const { return stop_.get_token(); }
  double samples_per_second() const { return static_cast<double>(samples_) / measured_.count(); }
  double seconds_per_step() const { return measured_.count() / static_cast<double>(steps_); }

 private:
  using Clock = std::chrono::steady_clock;

  static constexpr std::chrono::duration<double> kWarmUp{0.1};  // of each second that is measured

  const double seconds_;
  const int64_t least_;
  std::stop_source stop_;
  Clock::time_point first_;
  std::optional<Clock::time_point> start_;
  TrainingProgress before_;
  int64_t steps_ = 0;
  int64_t samples_ = 0;
  std::chrono::duration<double> measured_{1};
};

}  // namespace traind::engine

#endif  // TRAIND_TESTS_BENCHMARKS_NETWORK_TRAINING_H_
