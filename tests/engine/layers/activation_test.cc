#include "engine/layers/activation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

#include "tests/engine/layers/gradient_check.h"

namespace traind::engine {
namespace {

constexpr double kNegativeSlope = 0.3, kAlpha = 1.7;

double Of(ActivationFunction function, double x) {
  switch (function) {
    case ActivationFunction::kRelu:
      return std::max(x, 0.0);
    case ActivationFunction::kLeakyRelu:
      return x > 0 ? x : kNegativeSlope * x;
    case ActivationFunction::kElu:
      return x > 0 ? x : kAlpha * std::expm1(x);
    case ActivationFunction::kSelu:
      return 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * std::expm1(x));
    case ActivationFunction::kGelu:
      return x / 2 * (1 + std::erf(x / std::numbers::sqrt2));
    case ActivationFunction::kSilu:
      return x / (1 + std::exp(-x));
    case ActivationFunction::kSigmoid:
      return 1 / (1 + std::exp(-x));
    case ActivationFunction::kTanh:
      return std::tanh(x);
    case ActivationFunction::kSoftplus:
      return std::log1p(std::exp(x));
    case ActivationFunction::kSoftmax:
    case ActivationFunction::kLinear:
      break;
  }
  return x;
}

Doubles Softmax(int64_t width, const Doubles& input) {
  Doubles output(input.size());
  for (std::size_t row = 0; row < input.size(); row += width) {
    double sum = 0;
    for (int64_t i = 0; i < width; ++i) sum += std::exp(input[row + i]);
    for (int64_t i = 0; i < width; ++i) output[row + i] = std::exp(input[row + i]) / sum;
  }
  return output;
}

Activation Make(ActivationFunction function, int64_t width) {
  return Activation({.function = function, .negative_slope = kNegativeSlope, .alpha = kAlpha}, width);
}

TEST(ActivationTest, GradientsAreThoseOfItsFunction) {
  for (const auto& [function, name] : NamesOf(ActivationFunction{})) {
    for (const auto& [rows, width] : {std::pair<int64_t, int64_t>{1, 1}, {3, 5}, {2, 33}, {1, 10'000}}) {
      SCOPED_TRACE(testing::Message() << name << " " << rows << "x" << width);
      const ActivationFunction of = function;
      const int64_t columns = width;
      CheckGradients(Make(function, width), rows, [=](const Doubles& x, const std::vector<Doubles>&) {
        if (of == ActivationFunction::kSoftmax) return Softmax(columns, x);
        Doubles y = x;
        for (double& value : y) value = Of(of, value);
        return y;
      });
    }
  }
}

TEST(ActivationTest, IsFiniteFarFromZero) {
  for (const auto& [function, name] : NamesOf(ActivationFunction{})) {
    SCOPED_TRACE(name);
    LoneLayer lone(Make(function, 6), 1, /*training=*/true);
    lone.input = {-1e4f, 1e4f, -100, 100, 1e4f, 0};
    ASSERT_TRUE(lone.compiled->Forward().ok());
    ASSERT_TRUE(lone.compiled->Backward().ok());
    for (int i = 0; i < 6; ++i) {
      EXPECT_TRUE(std::isfinite(lone.output[i])) << "output at " << lone.input[i];
      EXPECT_TRUE(std::isfinite(lone.input_gradient[i])) << "gradient at " << lone.input[i];
    }
  }
}

TEST(ActivationTest, InfersWhatItTrains) {
  for (const auto& [function, name] : NamesOf(ActivationFunction{})) {
    SCOPED_TRACE(name);
    LoneLayer training(Make(function, 33), 3, /*training=*/true);
    LoneLayer inference(Make(function, 33), 3, /*training=*/false);
    ASSERT_TRUE(training.compiled->Forward().ok());
    ASSERT_TRUE(inference.compiled->Forward().ok());
    EXPECT_EQ(training.output, inference.output);
  }
}

TEST(ActivationTest, CanBeginAStackWhoseInputGradientNobodyWants) {
  for (const auto& [function, name] : NamesOf(ActivationFunction{})) {
    SCOPED_TRACE(name);
    LoneLayer lone(Make(function, 5), 3, /*training=*/true, /*first=*/true);
    EXPECT_TRUE(lone.compiled->Forward().ok());
    EXPECT_TRUE(lone.compiled->Backward().ok());
    EXPECT_TRUE(std::isnan(lone.input_gradient[0]));
  }
}

TEST(ActivationTest, ALinearOneNeedsNoLayer) {
  const auto layer = ActivationSpec{.function = ActivationFunction::kLinear}.Make({.inputs = 3});
  ASSERT_TRUE(layer.ok());
  EXPECT_EQ(*layer, nullptr);
}

}  // namespace
}  // namespace traind::engine
