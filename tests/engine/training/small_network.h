// A small network and data for it.
#ifndef TRAIND_TESTS_ENGINE_TRAINING_SMALL_NETWORK_H_
#define TRAIND_TESTS_ENGINE_TRAINING_SMALL_NETWORK_H_

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "engine/training/trainer.h"
#include "tests/engine/digits.h"
#include "tests/engine/random_values.h"
#include "tests/engine/training/recording_observer.h"

namespace traind::engine {

// `rows` random rows of 3 features in two classes, or all in class 0.
inline Rows SmallRows(int64_t rows, bool single_class = false) {
  Rows data;
  data.width = 3;
  data.class_count = 2;
  data.features = RandomValues(rows * 3, 1);
  for (int64_t i = 0; i < rows; ++i) data.classes.push_back(single_class ? 0 : data.features[i * 3] > 0);
  return data;
}

inline TrainingSpec SmallSpec(bool batch_normalization = true) {
  TrainingSpec spec;
  spec.model.layers.push_back({"", DenseSpec{.units = 5}});
  if (batch_normalization) spec.model.layers.push_back({"", BatchNormalizationSpec{}});
  spec.model.layers.push_back({"", ActivationSpec{.function = ActivationFunction::kRelu}});
  spec.model.layers.push_back({"", DenseSpec{.units = 2}});
  spec.model.layers.push_back({"", ActivationSpec{.function = ActivationFunction::kSoftmax}});
  spec.optimizer.kind = AdamSpec{.learning_rate = 0.01};
  spec.metrics = {Metric::kAccuracy};
  spec.epochs = 3;
  spec.batch_size = 4;
  return spec;
}

struct Trained {
  TrainingOutcome outcome;
  RecordingObserver observer;
  std::vector<NamedTensor> weights;
};

inline Trained Train(const TrainingSpec& spec, const DatasetView& dataset, int threads = 1,
                     const DatasetView* validation = nullptr) {
  Trained run;
  auto trainer = Trainer::Create(spec, dataset, threads, validation);
  EXPECT_TRUE(trainer.ok()) << trainer.status();
  if (!trainer.ok()) return run;
  auto outcome = (*trainer)->Run(run.observer, {});
  EXPECT_TRUE(outcome.ok()) << outcome.status();
  if (outcome.ok()) run.outcome = *std::move(outcome);
  auto weights = (*trainer)->ExportWeights();
  EXPECT_TRUE(weights.ok()) << weights.status();
  if (weights.ok()) run.weights = *std::move(weights);
  for (const NamedTensor& weight : run.weights) {
    for (const float value : weight.values) EXPECT_TRUE(std::isfinite(value)) << weight.name;
  }
  return run;
}

inline Trained Train(const TrainingSpec& spec, const Rows& rows, int threads = 1) {
  return Train(spec, rows.view(), threads);
}

}  // namespace traind::engine

#endif  // TRAIND_TESTS_ENGINE_TRAINING_SMALL_NETWORK_H_
