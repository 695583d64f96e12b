// What a training run told.
#ifndef TRAIND_TESTS_ENGINE_TRAINING_RECORDING_OBSERVER_H_
#define TRAIND_TESTS_ENGINE_TRAINING_RECORDING_OBSERVER_H_

#include <functional>
#include <vector>

#include "engine/training/trainer.h"

namespace traind::engine {

// Keeps everything; calls `on_step` after each step if it is set.
class RecordingObserver final : public TrainingObserver {
 public:
  void OnStep(const TrainingProgress& progress, double loss) override {
    losses.push_back(loss);
    steps.push_back(progress);
    if (on_step) on_step(progress);
  }
  void OnEpoch(const TrainingProgress& progress, const MetricValues& metrics) override {
    epochs.push_back(progress);
    history.push_back(metrics);
  }

  std::vector<double> losses;
  std::vector<TrainingProgress> steps;
  std::vector<TrainingProgress> epochs;
  std::vector<MetricValues> history;
  std::function<void(const TrainingProgress&)> on_step;
};

}  // namespace traind::engine

#endif  // TRAIND_TESTS_ENGINE_TRAINING_RECORDING_OBSERVER_H_
