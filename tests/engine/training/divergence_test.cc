#include "engine/training/divergence.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/engine/training/small_network.h"

namespace traind::engine {
namespace {

using Of = Divergence::Of;

// dense_1 - dense_2 - dense_3, one value each, all ones.
class DivergenceTest : public testing::Test {
 protected:
  DivergenceTest() : x_(4, 1.0f), y_(4, 1.0f) {
    spec_.model.layers = {{"", DenseSpec{.units = 1}}, {"", DenseSpec{.units = 1}}, {"", DenseSpec{.units = 1}}};
    spec_.loss = MeanSquaredErrorSpec{};
    spec_.optimizer.kind = SgdSpec{.learning_rate = 1e-3};
    spec_.epochs = 1;
    spec_.batch_size = 4;
  }

  DatasetView data() const {
    return {.shape = {.rows = 4, .features = 1}, .features = x_.data(), .targets = y_.data()};
  }

  // With the given kernels; biases are 0.
  TrainingOutcome Run(const std::vector<float>& kernels) {
    auto trainer = Trainer::Create(spec_, data(), 1);
    EXPECT_TRUE(trainer.ok()) << trainer.status();
    auto weights = *(*trainer)->ExportWeights();
    for (std::size_t i = 0; i < kernels.size(); ++i) weights[2 * i].values = {kernels[i]};
    EXPECT_TRUE((*trainer)->ImportWeights(weights).ok());
    RecordingObserver observer;
    auto outcome = (*trainer)->Run(observer, {});
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    EXPECT_EQ(outcome->end, TrainingOutcome::End::kDiverged);
    return *outcome;
  }

  std::vector<float> x_;
  std::vector<float> y_;
  TrainingSpec spec_;
};

TEST_F(DivergenceTest, NamesTheFirstLayerWhoseOutputIsLost) {
  const TrainingOutcome outcome = Run({1, 1e30f, 1});
  EXPECT_EQ(Run({1e20f, 1e20f, 1}).divergence.layer, "dense_2");
  EXPECT_EQ(Run({1e10f, 1e10f, 1e20f}).divergence.layer, "dense_3");
  x_[2] = 1e30f;
  const TrainingOutcome first = Run({1e20f, 1, 1});
  EXPECT_EQ(first.divergence.layer, "dense_1");
  EXPECT_EQ(first.divergence.of, Of::kOutput);
  EXPECT_FALSE(first.weights_overflowed);
  // The outputs are finite, their squares are summed in double, and their gradients are not.
  EXPECT_TRUE(outcome.weights_overflowed || outcome.divergence.of == Of::kOutput);
}

TEST_F(DivergenceTest, NamesTheLayerWhoseGradientIsLost) {
  // The gradient of dense_3's output is about 1e10, that of dense_2's 1e40.
  const TrainingOutcome outcome = Run({1e-20f, 1, 1e30f});
  EXPECT_TRUE(outcome.weights_overflowed);
  EXPECT_EQ(outcome.divergence.layer, "dense_2");
  EXPECT_EQ(outcome.divergence.of, Of::kGradient);
}

TEST_F(DivergenceTest, NamesTheLayerWhoseWeightsAreLost) {
  spec_.optimizer.kind = SgdSpec{.learning_rate = 1'000};
  // The gradient of dense_2's kernel is about 2e36, and those before it are smaller.
  x_.assign(4, 1);
  const TrainingOutcome outcome = Run({1e18f, 1, 1});
  EXPECT_TRUE(outcome.weights_overflowed);
  EXPECT_EQ(outcome.divergence.of, Of::kWeight);
  EXPECT_EQ(outcome.divergence.layer, "dense_3");
}

TEST_F(DivergenceTest, LooksIntoLayersWithinLayers) {
  ResidualSpec residual;
  residual.layers = {{"", DenseSpec{.units = 1}}, {"inner", DenseSpec{.units = 1}}};
  spec_.model.layers = {{"", residual}, {"", DenseSpec{.units = 1}}};
  EXPECT_EQ(Run({1e30f, 1e30f, 1}).divergence.layer, "inner");
}

}  // namespace
}  // namespace traind::engine
