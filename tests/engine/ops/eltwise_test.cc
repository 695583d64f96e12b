#include "engine/ops/eltwise.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <string>
#include <vector>

#include "tests/engine/random_values.h"

namespace traind::engine {
namespace {

struct Case {
  EltwiseFunction function = EltwiseFunction::kRelu;
  float alpha = 0;
  float beta = 0;
  std::function<double(double)> value = {};
  std::function<double(double)> slope = {};
};

double Logistic(double x) { return 1 / (1 + std::exp(-x)); }

std::vector<Case> Cases() {
  return {
      {.function = EltwiseFunction::kRelu,
       .value = [](double x) { return std::max(x, 0.0); },
       .slope = [](double x) { return x > 0 ? 1.0 : 0.0; }},
      {.function = EltwiseFunction::kRelu,
       .alpha = 0.2f,
       .value = [](double x) { return x > 0 ? x : 0.2 * x; },
       .slope = [](double x) { return x > 0 ? 1.0 : 0.2; }},
      {.function = EltwiseFunction::kRelu,
       .alpha = -0.5f,
       .value = [](double x) { return x > 0 ? x : -0.5 * x; },
       .slope = [](double x) { return x > 0 ? 1.0 : -0.5; }},
      {.function = EltwiseFunction::kElu,
       .alpha = 1.5f,
       .value = [](double x) { return x > 0 ? x : 1.5 * std::expm1(x); },
       .slope = [](double x) { return x > 0 ? 1.0 : 1.5 * std::exp(x); }},
      {.function = EltwiseFunction::kElu,
       .alpha = -1.5f,
       .value = [](double x) { return x > 0 ? x : -1.5 * std::expm1(x); },
       .slope = [](double x) { return x > 0 ? 1.0 : -1.5 * std::exp(x); }},
      {.function = EltwiseFunction::kGelu,
       .value = [](double x) { return x / 2 * (1 + std::erf(x / std::numbers::sqrt2)); },
       .slope =
           [](double x) {
             return (1 + std::erf(x / std::numbers::sqrt2)) / 2 +
                    x * std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi);
           }},
      {.function = EltwiseFunction::kSwish,
       .alpha = 1,
       .value = [](double x) { return x * Logistic(x); },
       .slope = [](double x) { return Logistic(x) * (1 + x * (1 - Logistic(x))); }},
      {.function = EltwiseFunction::kLogistic,
       .value = Logistic,
       .slope = [](double x) { return Logistic(x) * (1 - Logistic(x)); }},
      {.function = EltwiseFunction::kTanh,
       .value = [](double x) { return std::tanh(x); },
       .slope = [](double x) { return 1 - std::tanh(x) * std::tanh(x); }},
      {.function = EltwiseFunction::kSoftRelu,
       .value = [](double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); },
       .slope = Logistic},
      {.function = EltwiseFunction::kLinear,
       .alpha = -3,
       .beta = 2,
       .value = [](double x) { return 2 - 3 * x; },
       .slope = [](double) { return -3.0; }},
  };
}

void ExpectFormula(const Case& one, const std::vector<float>& src) {
  const auto size = static_cast<int64_t>(src.size());
  const auto diff_dst = RandomValues(size, 2);
  std::vector<float> dst(size), diff_src(size);
  const OpContext context;
  auto op = EltwiseOp::Create(
      context, {.size = size, .function = one.function, .alpha = one.alpha, .beta = one.beta},
      {.src = src.data(), .dst = dst.data(), .diff_dst = diff_dst.data(), .diff_src = diff_src.data()});
  ASSERT_TRUE(op.ok()) << op.status();
  ASSERT_TRUE(op->Forward().ok());
  ASSERT_TRUE(op->Backward().ok());
  for (int64_t i = 0; i < size; ++i) {
    SCOPED_TRACE(testing::Message() << "at " << src[i]);
    const double value = one.value(src[i]), gradient = diff_dst[i] * one.slope(src[i]);
    EXPECT_NEAR(dst[i], value, 2e-6 * std::max(1.0, std::abs(value)));
    EXPECT_NEAR(diff_src[i], gradient, 4e-6);
  }
}

TEST(EltwiseOpTest, EqualsItsFormulas) {
  for (const Case& one : Cases()) {
    SCOPED_TRACE(testing::Message() << "function " << static_cast<int>(one.function) << " alpha " << one.alpha);
    for (const int64_t size : {1, 5, 16, 33, 1000}) ExpectFormula(one, RandomValues(size, 1, -6, 6));
  }
}

TEST(EltwiseOpTest, IsFiniteFarFromZero) {
  for (const Case& one : Cases()) {
    SCOPED_TRACE(testing::Message() << "function " << static_cast<int>(one.function) << " alpha " << one.alpha);
    ExpectFormula(one, {-1e4f, -1e3f, -100, -89, -88, -20, -1e-4f, 1e-4f, 20, 88, 89, 100, 1e3f, 1e4f});
  }
}

TEST(EltwiseOpTest, RunsFastCode) {
  std::vector<float> values(64);
  const OpContext context;
  for (const Case& one : Cases()) {
    auto op = EltwiseOp::Create(
        context, {.size = 64, .function = one.function, .alpha = one.alpha, .beta = one.beta},
        {.src = values.data(), .dst = values.data(), .diff_dst = values.data(), .diff_src = values.data()});
    ASSERT_TRUE(op.ok()) << op.status();
    ASSERT_EQ(op->implementations().size(), 2u);
#ifdef __x86_64__
    for (const std::string& name : op->implementations()) {
      EXPECT_EQ(name.find("ref"), std::string::npos) << name << ", function " << static_cast<int>(one.function);
    }
#endif
  }
}

TEST(EltwiseOpTest, WorksInPlace) {
  std::vector<float> values = {-1, 2, -3, 4};
  const OpContext context;
  auto op = EltwiseOp::Create(context, {.size = 4}, {.src = values.data(), .dst = values.data()});
  ASSERT_TRUE(op.ok()) << op.status();
  ASSERT_TRUE(op->Forward().ok());
  EXPECT_EQ(values, (std::vector<float>{0, 2, 0, 4}));
  EXPECT_EQ(op->implementations().size(), 1u);
}

}  // namespace
}  // namespace traind::engine
