// The engine beside PyTorch, step by step: tests/golden/make_seed_network.py made the losses.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <string>
#include <vector>

#include "engine/training/trainer.h"
#include "tests/engine/digits.h"
#include "tests/engine/training/recording_observer.h"

namespace traind::engine {
namespace {

constexpr int64_t kSteps = 100;

// The script's initial_kernel().
std::vector<float> InitialKernel(int64_t layer, int64_t units, int64_t inputs) {
  const double limit = std::sqrt(6.0 / static_cast<double>(inputs + units));
  std::vector<float> values;
  for (int64_t i = 0; i < units * inputs; ++i) {
    values.push_back(
        static_cast<float>((static_cast<double>((i * 7919 + layer * 104729) % 2003) / 2003.0 - 0.5) * 2.0 * limit));
  }
  return values;
}

std::vector<double> ReadGolden(const std::string& name) {
  std::ifstream file(TRAIND_SOURCE_DIR "/tests/golden/" + name);
  std::vector<double> losses;
  for (double loss = 0; file >> loss;) losses.push_back(loss);
  return losses;
}

void ExpectLossesEqual(const OptimizerSpec& optimizer, const std::string& golden) {
  Rows digits = LoadDigits();
  // The file twice, as far as it is needed.
  digits.features.insert(digits.features.end(), digits.features.begin(), digits.features.end());
  digits.classes.insert(digits.classes.end(), digits.classes.begin(), digits.classes.end());
  digits.classes.resize(kSteps * 32);
  TrainingSpec spec = DigitsSpec();
  spec.optimizer = optimizer;
  spec.epochs = 1;
  spec.shuffle = false;
  spec.validation_split = 0;
  auto trainer = Trainer::Create(spec, digits.view(), 1);
  ASSERT_TRUE(trainer.ok()) << trainer.status();
  std::vector<NamedTensor> weights = *(*trainer)->ExportWeights();
  int64_t layer = 0;
  for (NamedTensor& weight : weights) {
    if (weight.shape.size() == 2) weight.values = InitialKernel(++layer, weight.shape[0], weight.shape[1]);
  }
  ASSERT_EQ(layer, 3);
  ASSERT_TRUE((*trainer)->ImportWeights(weights).ok());
  RecordingObserver observer;
  ASSERT_TRUE((*trainer)->Run(observer, {}).ok());

  const std::vector<double> expected = ReadGolden(golden);
  ASSERT_EQ(expected.size(), static_cast<std::size_t>(kSteps));
  ASSERT_EQ(observer.losses.size(), expected.size());
  double worst = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(observer.losses[i], expected[i], 1e-4 * expected[i]) << "step " << i + 1;
    worst = std::max(worst, std::abs(observer.losses[i] / expected[i] - 1));
  }
  testing::Test::RecordProperty("worst_relative_difference", std::to_string(worst * 1e6) + "e-6");
}

TEST(GoldenTest, AdamLosesAsPyTorchDoes) { ExpectLossesEqual({.kind = AdamSpec{}}, "seed_network_adam.txt"); }

TEST(GoldenTest, AdamWLosesAsPyTorchDoes) {
  ExpectLossesEqual({.kind = AdamWSpec{}, .weight_decay = 0.1}, "seed_network_adamw.txt");
}

TEST(GoldenTest, SgdWithMomentumLosesAsPyTorchDoes) {
  ExpectLossesEqual({.kind = SgdSpec{.learning_rate = 0.05, .momentum = 0.9}}, "seed_network_sgd.txt");
}

}  // namespace
}  // namespace traind::engine
