#include "engine/optimizers/weight_update.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "engine/core/threads.h"
#include "engine/ops/inner_product.h"
#include "engine/ops/reorder.h"
#include "tests/engine/optimizers/golden.h"
#include "tests/engine/random_values.h"

namespace traind::engine {
namespace {

constexpr double kRate = 0.05;

void WriteGradient(Weights& weights, std::size_t index, const std::vector<float>& values) {
  const WeightDefinition& definition = weights.definitions()[index];
  ASSERT_TRUE(
      Reorder(Layout::RowMajor(definition.shape), values.data(), definition.layout, weights.views()[index].gradient)
          .ok());
}

std::vector<float> Values(const Weights& weights, std::size_t index) {
  std::vector<float> values(weights.definitions()[index].size());
  EXPECT_TRUE(weights.Read(index, values).ok());
  return values;
}

// The network of tests/golden/make_optimizers_updates.py.
struct GoldenNetwork {
  // The kernel lies as given; moving statistics come between the two.
  GoldenNetwork(bool penalized, const Layout& kernel_layout)
      : weights({{.name = "kernel",
                  .shape = {3, 4},
                  .layout = kernel_layout,
                  .regularizer = penalized ? Regularizer{.l1 = 0.1, .l2 = 0.2} : Regularizer{}},
                 {.name = "state",
                  .shape = {3},
                  .layout = Layout::RowMajor({3}),
                  .trainable = false,
                  .regularizer = {.l1 = 100}},
                 {.name = "bias",
                  .shape = {3},
                  .layout = Layout::RowMajor({3}),
                  .regularizer = {.l1 = penalized ? 0.3 : 0}}},
                true) {
    std::vector<float> kernel(12);
    for (int i = 0; i < 12; ++i) kernel[i] = static_cast<float>(i * 7 % 5) - 2;
    EXPECT_TRUE(weights.Write(0, kernel).ok());
    EXPECT_TRUE(weights.Write(1, std::vector<float>(3, 1)).ok());
    EXPECT_TRUE(weights.Write(2, std::vector<float>{-1, 1, 0}).ok());
  }

  void ComputeGradients(int64_t step) {
    for (const std::size_t index : {0, 2}) {
      std::vector<float> values = Values(weights, index);
      for (std::size_t i = 0; i < values.size(); ++i) {
        const auto place = static_cast<int64_t>(i);
        const float noise = (static_cast<float>((step * 37 + place * 11) % 16) - 7.5f) / 4;
        values[i] = 0.25f * static_cast<float>(place % 5 + 1) * values[i] + noise;
      }
      WriteGradient(weights, index, values);
    }
  }

  std::vector<float> All() const {
    std::vector<float> all = Values(weights, 0);
    const std::vector<float> bias = Values(weights, 2);
    all.insert(all.end(), bias.begin(), bias.end());
    return all;
  }

  Weights weights;
};

OptimizerSpec With(OptimizerKind kind, std::optional<double> ema_momentum = {}) {
  return {.kind = std::move(kind), .ema_momentum = ema_momentum};
}

struct GoldenCase {
  OptimizerSpec spec;
  bool penalized = false;
};

std::map<std::string, GoldenCase> GoldenCases() {
  const AdamWSpec adamw = {.epsilon = kMinEpsilon};
  std::map<std::string, GoldenCase> cases = {{"plain", {With(SgdSpec{})}},
                                             {"penalties", {With(SgdSpec{}), true}},
                                             {"clipvalue", {With(SgdSpec{})}},
                                             {"clipnorm", {With(SgdSpec{})}},
                                             {"global_clipnorm", {With(SgdSpec{})}},
                                             {"weight_decay", {With(adamw)}},
                                             {"ema_momentum", {With(SgdSpec{}, 0.9)}},
                                             {"all_with_clipvalue", {With(adamw, 0.9), true}},
                                             {"all_with_clipnorm", {With(adamw, 0.9), true}},
                                             {"all_with_global_clipnorm", {With(adamw, 0.9), true}}};
  for (auto& [name, one] : cases) {
    if (name.ends_with("clipvalue")) one.spec.clipvalue = 0.8;
    if (name.ends_with("clipnorm") && !name.ends_with("global_clipnorm")) one.spec.clipnorm = 1.5;
    if (name.ends_with("global_clipnorm")) one.spec.global_clipnorm = 2.5;
    if (std::holds_alternative<AdamWSpec>(one.spec.kind)) one.spec.weight_decay = 0.3;
  }
  return cases;
}

TEST(WeightUpdateTest, DoesWhatPyTorchDoesInAnyLayout) {
  const Golden golden = ReadGolden("optimizers_updates.txt");
  ASSERT_EQ(golden.size(), GoldenCases().size());
  for (const auto& [name, one] : GoldenCases()) {
    for (const Layout& layout : {Layout::RowMajor({3, 4}), *FastestInnerProductWeights(32, 4, 3)}) {
      GoldenNetwork network(one.penalized, layout);
      WeightUpdate update(one.spec, network.weights);
      const auto& expected = golden.at(name);
      ASSERT_EQ(expected.size(), 10u);
      for (std::size_t step = 0; step < expected.size(); ++step) {
        network.ComputeGradients(static_cast<int64_t>(step) + 1);
        EXPECT_NEAR(update.Penalty(), expected[step][0], 1e-5) << name;
        EXPECT_NEAR(update.Apply(kRate), expected[step][0], 1e-5) << name;
        std::vector<float> got = network.All();
        if (one.spec.ema_momentum) {
          update.SwapAverages();
          const std::vector<float> averages = network.All();
          got.insert(got.end(), averages.begin(), averages.end());
          update.SwapAverages();
        }
        ASSERT_EQ(got.size() + 1, expected[step].size()) << name;
        for (std::size_t i = 0; i < got.size(); ++i) {
          ASSERT_NEAR(got[i], expected[step][i + 1], 1e-5) << name << ", step " << step + 1 << ", weight " << i;
        }
      }
      EXPECT_EQ(Values(network.weights, 1), std::vector<float>(3, 1));
    }
  }
}

// Everything at once.
OptimizerSpec Everything() {
  return {.kind = NadamSpec{}, .weight_decay = 0.1, .clipnorm = 2, .ema_momentum = 0.9, .learning_rate_schedule = {}};
}

TEST(WeightUpdateTest, PaddingStaysZero) {
  for (const OptimizerKind& kind : {OptimizerKind(SgdSpec{.momentum = 0.9}), OptimizerKind(AdamWSpec{}),
                                    OptimizerKind(RmspropSpec{.momentum = 0.9, .epsilon = 1e-7, .centered = true}),
                                    OptimizerKind(AdagradSpec{}), OptimizerKind(LionSpec{})}) {
    OptimizerSpec spec = Everything();
    spec.kind = kind;
    Weights weights({{.name = "kernel",
                      .shape = {10, 70},
                      .layout = *FastestInnerProductWeights(32, 70, 10),
                      .regularizer = {.l1 = 0.1, .l2 = 0.1}},
                     {.name = "bias", .shape = {10}, .layout = Layout::RowMajor({10}), .regularizer = {.l1 = 0.1}}},
                    true);
    ASSERT_GT(weights.trainable().size(), 720u) << "nothing is padded";
    ASSERT_TRUE(weights.Write(0, std::vector<float>(700, 1)).ok());
    ASSERT_TRUE(weights.Write(1, std::vector<float>(10, 1)).ok());
    const std::vector<float> is_used(weights.trainable().begin(), weights.trainable().end());
    WeightUpdate update(spec, weights);
    for (uint32_t step = 0; step < 5; ++step) {
      WriteGradient(weights, 0, RandomValues(700, step));
      WriteGradient(weights, 1, RandomValues(10, step));
      update.Apply(0.01);
      update.SwapAverages();
      for (std::size_t i = 0; i < is_used.size(); ++i) ASSERT_EQ(weights.trainable()[i] != 0, is_used[i] != 0);
      update.SwapAverages();
      for (std::size_t i = 0; i < is_used.size(); ++i) ASSERT_EQ(weights.trainable()[i] != 0, is_used[i] != 0);
    }
  }
}

// Several blocks and threads, and weights that begin and end anywhere among them.
Weights LargeWeights() {
  std::vector<WeightDefinition> definitions;
  for (const int64_t size : {5, 100'000, 70'001, 1, 3000, 150'000}) {
    definitions.push_back({.name = "w",
                           .shape = {size},
                           .layout = Layout::RowMajor({size}),
                           .regularizer = {.l1 = size == 3000 ? 0.5 : 0, .l2 = size > 10'000 ? 1e-3 : 0}});
  }
  return {std::move(definitions), true};
}

struct Result {
  std::vector<float> weights;
  double penalty = 0;
};

Result UpdateLargeWeights(const OptimizerSpec& spec, int threads) {
  const ScopedThreads scoped(threads);
  Weights weights = LargeWeights();
  for (std::size_t i = 0; i < weights.definitions().size(); ++i) {
    const auto stream = static_cast<uint32_t>(i);
    EXPECT_TRUE(weights.Write(i, RandomValues(weights.definitions()[i].size(), stream)).ok());
  }
  WeightUpdate update(spec, weights);
  Result result;
  for (uint32_t step = 0; step < 3; ++step) {
    for (std::size_t i = 0; i < weights.definitions().size(); ++i) {
      const auto stream = static_cast<uint32_t>(100 * (step + 1) + i);
      WriteGradient(weights, i, RandomValues(weights.definitions()[i].size(), stream));
    }
    result.penalty = update.Apply(0.01);
  }
  update.SwapAverages();
  result.weights.assign(weights.trainable().begin(), weights.trainable().end());
  return result;
}

TEST(WeightUpdateTest, IsTheSameAtEqualThreadsAndNearlyAtOthers) {
  for (const bool global : {false, true}) {
    OptimizerSpec spec = Everything();
    if (global) std::swap(spec.clipnorm, spec.global_clipnorm);
    const Result one = UpdateLargeWeights(spec, 1);
    const Result three = UpdateLargeWeights(spec, 3);
    const Result again = UpdateLargeWeights(spec, 3);
    EXPECT_EQ(three.weights, again.weights);
    EXPECT_EQ(three.penalty, again.penalty);
    EXPECT_NEAR(one.penalty, three.penalty, 1e-6);
    for (std::size_t i = 0; i < one.weights.size(); ++i) ASSERT_NEAR(one.weights[i], three.weights[i], 1e-6);
  }
}

TEST(WeightUpdateTest, ClipsLargeWeightsAsOneByOneInDoublePrecision) {
  for (const bool global : {false, true}) {
    OptimizerSpec spec = {.kind = SgdSpec{}, .clipnorm = 20, .learning_rate_schedule = {}};
    if (global) std::swap(spec.clipnorm, spec.global_clipnorm);
    for (const int threads : {1, 3}) {
      const ScopedThreads scoped(threads);
      Weights weights = LargeWeights();
      std::vector<double> norms;
      double all = 0;
      for (std::size_t i = 0; i < weights.definitions().size(); ++i) {
        WriteGradient(weights, i, RandomValues(weights.definitions()[i].size(), static_cast<uint32_t>(i)));
        double sum = 0;
        const int64_t size = weights.definitions()[i].size();
        const float* gradient = weights.views()[i].gradient;
        for (int64_t j = 0; j < size; ++j) sum += std::pow(gradient[j], 2);
        norms.push_back(std::sqrt(sum));
        all += sum;
      }
      WeightUpdate(spec, weights).Apply(1);
      for (std::size_t i = 0; i < weights.definitions().size(); ++i) {
        const double norm = global ? std::sqrt(all) : norms[i];
        const auto gradients = RandomValues(weights.definitions()[i].size(), static_cast<uint32_t>(i));
        const auto values = Values(weights, i);
        for (std::size_t j = 0; j < values.size(); ++j) {
          ASSERT_NEAR(values[j], -gradients[j] * 20 / std::max(norm, 20.0), 1e-6) << i;
        }
      }
    }
  }
}

TEST(WeightUpdateTest, ThePenaltyIsThatOfTheFormulaOverSeveralBlocksAndThreads) {
  for (const int threads : {1, 2, 3}) {
    const ScopedThreads scoped(threads);
    Weights weights = LargeWeights();
    double expected = 0;
    for (std::size_t i = 0; i < weights.definitions().size(); ++i) {
      const auto values = RandomValues(weights.definitions()[i].size(), static_cast<uint32_t>(i));
      ASSERT_TRUE(weights.Write(i, values).ok());
      const Regularizer& regularizer = weights.definitions()[i].regularizer;
      for (const double value : values) {
        expected += regularizer.l1 * std::abs(value) + regularizer.l2 * value * value;
      }
    }
    WeightUpdate update({.kind = SgdSpec{}, .learning_rate_schedule = {}}, weights);
    EXPECT_NEAR(update.Penalty(), expected, 1e-9 * expected);
    EXPECT_NEAR(update.Apply(0.01), expected, 1e-9 * expected);
    EXPECT_LT(update.Penalty(), expected);
  }
}

float WeightAfterAStepWithoutGradient(const OptimizerSpec& spec) {
  Weights weights({{.name = "w", .shape = {1}, .layout = Layout::RowMajor({1})}}, true);
  weights.trainable()[0] = 1;
  WeightUpdate(spec, weights).Apply(0.5);
  return weights.trainable()[0];
}

TEST(WeightUpdateTest, AdamWDecaysUnlessToldNotTo) {
  EXPECT_FLOAT_EQ(WeightAfterAStepWithoutGradient(With(AdamWSpec{})), 1 - 0.5f * 0.004f);
  EXPECT_EQ(WeightAfterAStepWithoutGradient(With(AdamSpec{})), 1);
  OptimizerSpec spec = With(AdamWSpec{});
  spec.weight_decay = 0;
  EXPECT_EQ(WeightAfterAStepWithoutGradient(spec), 1);
  spec = With(SgdSpec{});
  spec.weight_decay = 0.5;
  EXPECT_EQ(WeightAfterAStepWithoutGradient(spec), 0.75f);
}

TEST(WeightUpdateTest, SwappingWithoutAveragesDoesNothing) {
  for (const std::optional<double> momentum : {std::optional<double>(), std::optional<double>(0.9)}) {
    GoldenNetwork network(false, Layout::RowMajor({3, 4}));
    WeightUpdate update(With(SgdSpec{}, momentum), network.weights);
    const std::vector<float> before = network.All();
    update.SwapAverages();
    EXPECT_EQ(network.All(), before);
    network.ComputeGradients(1);
    update.Apply(kRate);
    const std::vector<float> after = network.All();
    update.SwapAverages();
    EXPECT_EQ(network.All(), after);  // the average of one step is its weights
  }
}

TEST(WeightUpdateTest, GradientsThatAreNoNumbersShowInTheWeights) {
  const std::vector<OptimizerKind> kinds = {SgdSpec{},     AdamSpec{.amsgrad = true},     NadamSpec{},
                                            AdagradSpec{}, RmspropSpec{.centered = true}, LionSpec{}};
  for (const OptimizerKind& kind : kinds) {
    for (const int clip : {0, 1, 2, 3}) {
      OptimizerSpec spec = With(kind);
      if (clip == 1) spec.clipvalue = 1;
      if (clip == 2) spec.clipnorm = 1;
      if (clip == 3) spec.global_clipnorm = 1;
      GoldenNetwork network(false, Layout::RowMajor({3, 4}));
      network.ComputeGradients(1);
      network.weights.gradients()[2] = std::numeric_limits<float>::quiet_NaN();
      WeightUpdate(spec, network.weights).Apply(kRate);
      EXPECT_TRUE(std::isnan(network.weights.trainable()[2])) << kind.index() << ", " << clip;
    }
  }
}

}  // namespace
}  // namespace traind::engine
