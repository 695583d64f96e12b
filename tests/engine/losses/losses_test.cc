// What every loss must do.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "tests/engine/losses/loss_cases.h"

namespace traind::engine {
namespace {

class LossesTest : public testing::TestWithParam<LossCase> {};

struct Computed {
  double sum = 0;
  std::vector<float> gradient;
  std::vector<float> predictions;
};

Computed Compute(const LossSpec& spec, const LossInput& input, bool weighted) {
  Computed computed = {.gradient = std::vector<float>(input.outputs.size()),
                       .predictions = std::vector<float>(input.outputs.size())};
  computed.sum = MakeLoss(spec)->Compute({.rows = input.rows,
                                          .width = input.width,
                                          .outputs = input.outputs.data(),
                                          .labels = input.labels(weighted),
                                          .gradient = computed.gradient.data(),
                                          .predictions = computed.predictions.data()});
  return computed;
}

std::vector<int64_t> Widths(const LossCase& loss_case) {
  return WantsOneOutput(loss_case) ? std::vector<int64_t>{1} : std::vector<int64_t>{1, 2, 10, 33};
}

TEST_P(LossesTest, EqualsItsFormulaAndTheGradientItsFiniteDifference) {
  for (const int64_t width : Widths(GetParam())) {
    for (const int64_t rows : {1, 5, 19}) {
      for (const bool weighted : {false, true}) {
        const LossInput input(GetParam(), rows, width);
        const Computed computed = Compute(GetParam().spec, input, weighted);
        double sum = 0;
        for (int64_t row = 0; row < rows; ++row) {
          const double weight = weighted ? input.weights[row] : 1;
          std::vector<double> at(input.outputs.begin() + row * width, input.outputs.begin() + (row + 1) * width);
          const int32_t label = input.classes.empty() ? 0 : input.classes[row];
          const float* const targets = input.targets.empty() ? nullptr : input.targets.data() + row * width;
          sum += weight * GetParam().reference(at, label, targets);
          for (int64_t i = 0; i < width; ++i) {
            constexpr double kStep = 1e-5;
            const double output = at[i];
            at[i] = output + kStep;
            const double above = GetParam().reference(at, label, targets);
            at[i] = output - kStep;
            const double below = GetParam().reference(at, label, targets);
            at[i] = output;
            const double expected = weight * (above - below) / (2 * kStep) / static_cast<double>(rows);
            EXPECT_NEAR(computed.gradient[row * width + i], expected, 1e-6 * (1 + std::abs(expected)))
                << rows << "x" << width << " row " << row << " output " << i;
          }
        }
        EXPECT_NEAR(computed.sum, sum, 1e-6 * (1 + std::abs(sum))) << rows << "x" << width;
      }
    }
  }
}

TEST_P(LossesTest, EqualsPyTorchAndKeras) {
  std::ifstream file(TRAIND_SOURCE_DIR "/tests/golden/losses.txt");
  std::map<std::string, std::vector<double>> goldens;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string name;
    words >> name;
    for (double value = 0; words >> value;) goldens[name].push_back(value);
  }
  const LossInput input(GetParam(), 7, WantsOneOutput(GetParam()) ? 1 : 5);
  const Computed computed = Compute(GetParam().spec, input, /*weighted=*/true);
  const std::vector<double>& golden = goldens[GetParam().name];
  ASSERT_EQ(golden.size(), input.outputs.size() + 1);
  EXPECT_NEAR(computed.sum, golden[0], 1e-6 * std::abs(golden[0]));
  for (std::size_t i = 1; i < golden.size(); ++i) {
    EXPECT_NEAR(computed.gradient[i - 1], golden[i], 3e-7 * (1 + std::abs(golden[i])));
  }
}

TEST_P(LossesTest, PredictsByTheActivationThatItBrings) {
  const LossInput input(GetParam(), 5, WantsOneOutput(GetParam()) ? 1 : 3);
  const Computed computed = Compute(GetParam().spec, input, /*weighted=*/true);
  for (int64_t row = 0; row < input.rows; ++row) {
    const float* const outputs = input.outputs.data() + row * input.width;
    double sum = 0;
    for (int64_t i = 0; i < input.width; ++i) sum += std::exp(outputs[i]);
    for (int64_t i = 0; i < input.width; ++i) {
      const OutputActivation brought = BroughtBy(GetParam().spec);
      const double expected = brought == OutputActivation::kSoftmax   ? std::exp(outputs[i]) / sum
                              : brought == OutputActivation::kSigmoid ? 1 / (1 + std::exp(-outputs[i]))
                                                                      : outputs[i];
      EXPECT_NEAR(computed.predictions[row * input.width + i], expected, 1e-6);
    }
  }
}

TEST_P(LossesTest, WritesOnlyWhatIsAskedFor) {
  const LossInput input(GetParam(), 5, WantsOneOutput(GetParam()) ? 1 : 3);
  const Computed all = Compute(GetParam().spec, input, /*weighted=*/true);
  LossBatch batch = {
      .rows = input.rows, .width = input.width, .outputs = input.outputs.data(), .labels = input.labels(true)};
  EXPECT_EQ(MakeLoss(GetParam().spec)->Compute(batch), all.sum);
  std::vector<float> values(input.outputs.size());
  batch.gradient = values.data();
  EXPECT_EQ(MakeLoss(GetParam().spec)->Compute(batch), all.sum);
  EXPECT_EQ(values, all.gradient);
  batch.gradient = nullptr;
  batch.predictions = values.data();
  EXPECT_EQ(MakeLoss(GetParam().spec)->Compute(batch), all.sum);
  EXPECT_EQ(values, all.predictions);
}

TEST_P(LossesTest, OfPartsIsThatOfTheBatch) {
  const LossInput input(GetParam(), 5, WantsOneOutput(GetParam()) ? 1 : 3);
  const Computed whole = Compute(GetParam().spec, input, /*weighted=*/true);
  std::vector<float> gradient(input.outputs.size());
  double sum = 0;
  for (int64_t row = 0; row < input.rows; ++row) {
    Labels labels = input.labels(true);
    if (labels.classes != nullptr) labels.classes += row;
    if (labels.targets != nullptr) labels.targets += row * input.width;
    labels.weights += row;
    sum += MakeLoss(GetParam().spec)
               ->Compute({.rows = 1,
                          .width = input.width,
                          .outputs = input.outputs.data() + row * input.width,
                          .labels = labels,
                          .gradient = gradient.data() + row * input.width,
                          .mean_rows = input.rows});
  }
  EXPECT_NEAR(sum, whole.sum, 1e-12 * std::abs(whole.sum));
  EXPECT_EQ(gradient, whole.gradient);
}

TEST_P(LossesTest, IsFiniteForLargeOutputs) {
  LossInput input(GetParam(), 6, WantsOneOutput(GetParam()) ? 1 : 3);
  for (std::size_t i = 0; i < input.outputs.size(); ++i) input.outputs[i] = (i / 2) % 2 == 0 ? 1e4f : -1e4f;
  const Computed computed = Compute(GetParam().spec, input, /*weighted=*/false);
  EXPECT_TRUE(std::isfinite(computed.sum));
  const auto finite = [](float value) { return std::isfinite(value); };
  EXPECT_TRUE(std::ranges::all_of(computed.gradient, finite));
  EXPECT_TRUE(std::ranges::all_of(computed.predictions, finite));
  // Wrong by 1e4 somewhere, and told so.
  EXPECT_GT(computed.sum, 100);
  EXPECT_TRUE(std::ranges::any_of(computed.gradient, [](float value) { return std::abs(value) > 1e-3f; }));
}

TEST_P(LossesTest, TellsANumberThatIsNone) {
  for (const int64_t nan_at : {0, 1}) {
    LossInput input(GetParam(), 2, WantsOneOutput(GetParam()) ? 1 : 3);
    input.outputs[nan_at] = std::nanf("");
    EXPECT_FALSE(std::isfinite(Compute(GetParam().spec, input, /*weighted=*/false).sum));
  }
}

INSTANTIATE_TEST_SUITE_P(All, LossesTest, testing::ValuesIn(LossCases()),
                         [](const auto& one) { return one.param.name; });

// One of each kind is in the table above.
TEST(LossesTest, AreAllTested) {
  std::vector<bool> tested(std::variant_size_v<LossSpec>);
  for (const LossCase& loss_case : LossCases()) tested[loss_case.spec.index()] = true;
  EXPECT_TRUE(std::ranges::all_of(tested, [](bool one) { return one; }));
}

Computed ComputeOne(const LossSpec& spec, float output, float target) {
  Computed computed = {.gradient = {0}, .predictions = {0}};
  computed.sum = MakeLoss(spec)->Compute({.rows = 1,
                                          .width = 1,
                                          .outputs = &output,
                                          .labels = {.targets = &target},
                                          .gradient = computed.gradient.data()});
  return computed;
}

TEST(LossesTest, TargetsBeyondProbabilitiesCountAsTheNearer) {
  for (const LossSpec& spec : {LossSpec(BinaryCrossentropySpec{}), LossSpec(BinaryFocalCrossentropySpec{})}) {
    for (const float output : {-3.0f, 0.5f, 100.0f}) {
      EXPECT_EQ(ComputeOne(spec, output, 7).sum, ComputeOne(spec, output, 1).sum);
      EXPECT_EQ(ComputeOne(spec, output, -1).gradient, ComputeOne(spec, output, 0).gradient);
    }
    EXPECT_TRUE(std::isnan(ComputeOne(spec, 1, std::nanf("")).sum));
  }
}

TEST(LossesTest, WithoutFocusFocalLossesAreCrossentropies) {
  for (const float output : {-100.0f, -1.0f, 0.0f, 2.0f, 100.0f}) {
    const Computed focal = ComputeOne(BinaryFocalCrossentropySpec{.gamma = 0}, output, 1);
    const Computed plain = ComputeOne(BinaryCrossentropySpec{}, output, 1);
    EXPECT_EQ(focal.sum, plain.sum);
    EXPECT_EQ(focal.gradient, plain.gradient);
  }
}

TEST(LossesTest, FocalLossesAreStillWhereNothingIsWrong) {
  const std::vector<float> logits = {1e4f, 0};
  const int32_t label = 0;
  for (const double gamma : {0.0, 0.5, 2.0}) {
    std::vector<float> gradient(2, 1);
    EXPECT_EQ(MakeLoss(CategoricalFocalCrossentropySpec{.gamma = gamma})
                  ->Compute({.rows = 1,
                             .width = 2,
                             .outputs = logits.data(),
                             .labels = {.classes = &label},
                             .gradient = gradient.data()}),
              0);
    EXPECT_EQ(gradient, (std::vector<float>{0, 0}));
    EXPECT_EQ(ComputeOne(BinaryFocalCrossentropySpec{.gamma = gamma}, 1e4f, 1).gradient[0], 0);
  }
}

TEST(LossesTest, PoissonLeadsBackFromBelowZero) {
  const Computed at_zero = ComputeOne(PoissonSpec{}, 0, 3);
  const Computed below = ComputeOne(PoissonSpec{}, -2, 3);
  EXPECT_DOUBLE_EQ(below.sum, at_zero.sum + 2 * 3 / 1e-7);
  EXPECT_FLOAT_EQ(below.gradient[0], -3e7f);
  EXPECT_NEAR(at_zero.sum, -3 * std::log(1e-7), 1e-9);
  // No count: no pull, and no reward for going further.
  EXPECT_EQ(ComputeOne(PoissonSpec{}, -2, 0).sum, 0);
  EXPECT_EQ(ComputeOne(PoissonSpec{}, -2, 0).gradient[0], 0);
}

TEST(LossesTest, ThresholdsAreThoseOfTwoClasses) {
  EXPECT_EQ(ThresholdOf(BinaryCrossentropySpec{}), 0.5f);
  EXPECT_EQ(ThresholdOf(BinaryFocalCrossentropySpec{}), 0.5f);
  EXPECT_EQ(ThresholdOf(HingeSpec{}), 0);
  // The probability of a single class is 1 and must not mean a second.
  const float logit = 3;
  const int32_t label = 0;
  float probability = 0;
  MakeLoss(CategoricalCrossentropySpec{})
      ->Compute({.rows = 1, .width = 1, .outputs = &logit, .labels = {.classes = &label}, .predictions = &probability});
  EXPECT_FALSE(probability > ThresholdOf(CategoricalCrossentropySpec{}));
}

}  // namespace
}  // namespace traind::engine
