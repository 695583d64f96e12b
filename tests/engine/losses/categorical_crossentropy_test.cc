#include "engine/losses/categorical_crossentropy.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tests/engine/random_values.h"

namespace traind::engine {
namespace {

double Reference(int64_t width, const std::vector<double>& logits, const std::vector<int32_t>& classes) {
  double loss = 0;
  for (std::size_t row = 0; row < classes.size(); ++row) {
    double sum = 0;
    for (int64_t i = 0; i < width; ++i) sum += std::exp(logits[row * width + i]);
    loss += std::log(sum) - logits[row * width + classes[row]];
  }
  return loss;
}

TEST(CategoricalCrossentropyTest, EqualsItsFormulaAndTheGradientItsFiniteDifference) {
  for (const int64_t width : {1, 2, 10, 33}) {
    for (const int64_t rows : {1, 5}) {
      const auto logits = RandomValues(rows * width, 1, -4, 4);
      std::vector<int32_t> classes;
      for (int64_t row = 0; row < rows; ++row) classes.push_back(static_cast<int32_t>((row * 7 + 1) % width));
      std::vector<float> gradient(rows * width);
      const CategoricalCrossentropy loss({});
      LossBatch batch = {.rows = rows,
                         .width = width,
                         .outputs = logits.data(),
                         .labels = {.classes = classes.data()},
                         .gradient = gradient.data()};
      const double sum = loss.Compute(batch);
      batch.gradient = nullptr;
      std::vector<double> at(logits.begin(), logits.end());
      EXPECT_NEAR(sum, Reference(width, at, classes), 1e-5 * static_cast<double>(rows));
      EXPECT_EQ(loss.Compute(batch), sum);
      for (std::size_t i = 0; i < at.size(); ++i) {
        constexpr double kStep = 1e-5;
        at[i] += kStep;
        const double above = Reference(width, at, classes);
        at[i] -= 2 * kStep;
        const double below = Reference(width, at, classes);
        at[i] += kStep;
        EXPECT_NEAR(gradient[i], (above - below) / (2 * kStep) / static_cast<double>(rows), 1e-5);
      }
    }
  }
}

TEST(CategoricalCrossentropyTest, IsFiniteForLargeLogits) {
  const std::vector<float> logits = {1e4f, -1e4f, -1e4f, 1e4f};
  const std::vector<int32_t> classes = {0, 0};
  std::vector<float> gradient(4);
  EXPECT_DOUBLE_EQ(CategoricalCrossentropy({}).Compute({.rows = 2,
                                                        .width = 2,
                                                        .outputs = logits.data(),
                                                        .labels = {.classes = classes.data()},
                                                        .gradient = gradient.data()}),
                   2e4);
  EXPECT_EQ(gradient, (std::vector<float>{0, 0, -0.5f, 0.5f}));
}

TEST(CategoricalCrossentropyTest, TellsANumberThatIsNone) {
  const std::vector<float> logits = {std::nanf(""), 1};
  const int32_t label = 1;
  EXPECT_FALSE(std::isfinite(CategoricalCrossentropy({}).Compute(
      {.rows = 1, .width = 2, .outputs = logits.data(), .labels = {.classes = &label}})));
}

}  // namespace
}  // namespace traind::engine
