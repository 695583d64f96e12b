#include "engine/layers/initializer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/random.h"
#include "engine/core/threads.h"
#include "engine/layers/dense.h"

namespace traind::engine {
namespace {

std::vector<float> Draw(InitializerKind kind) {
  Random random(1, RandomUse::kInitialWeights, 0);
  std::vector<float> values(100'000);
  Initialize({.kind = kind}, {.rows = 250, .columns = 400, .fan_in = 30, .fan_out = 50}, random, values);
  return values;
}

double Variance(const std::vector<float>& values) {
  double squares = 0;
  for (const float value : values) squares += double{value} * value;
  return squares / static_cast<double>(values.size());
}

double Largest(const std::vector<float>& values) {
  return std::ranges::max(values, {}, [](float value) { return std::abs(value); });
}

TEST(InitializerTest, HasTheVarianceAndBoundsOfItsPaper) {
  EXPECT_NEAR(Variance(Draw(InitializerKind::kGlorotUniform)), 2.0 / 80, 5e-4);
  EXPECT_NEAR(std::abs(Largest(Draw(InitializerKind::kGlorotUniform))), std::sqrt(6.0 / 80), 1e-3);
  EXPECT_LE(std::abs(Largest(Draw(InitializerKind::kGlorotUniform))), std::sqrt(6.0 / 80) + 1e-7);
  EXPECT_NEAR(Variance(Draw(InitializerKind::kGlorotNormal)), 2.0 / 80, 5e-4);
  EXPECT_LE(std::abs(Largest(Draw(InitializerKind::kGlorotNormal))), 2 * std::sqrt(2.0 / 80) / 0.8796);
  EXPECT_NEAR(Variance(Draw(InitializerKind::kHeUniform)), 2.0 / 30, 1e-3);
  EXPECT_LE(std::abs(Largest(Draw(InitializerKind::kHeUniform))), std::sqrt(6.0 / 30) + 1e-7);
  EXPECT_NEAR(Variance(Draw(InitializerKind::kHeNormal)), 2.0 / 30, 1e-3);
}

TEST(InitializerTest, LecunAndRandomUniformHaveTheirVarianceAndBounds) {
  EXPECT_NEAR(Variance(Draw(InitializerKind::kLecunUniform)), 1.0 / 30, 1e-3);
  EXPECT_LE(std::abs(Largest(Draw(InitializerKind::kLecunUniform))), std::sqrt(3.0 / 30) + 1e-7);
  EXPECT_NEAR(Variance(Draw(InitializerKind::kLecunNormal)), 1.0 / 30, 1e-3);
  EXPECT_LE(std::abs(Largest(Draw(InitializerKind::kLecunNormal))), 2 * std::sqrt(1.0 / 30) / 0.8796);
  EXPECT_NEAR(Variance(Draw(InitializerKind::kRandomUniform)), 0.05 * 0.05 / 3, 2e-5);
  EXPECT_LE(std::abs(Largest(Draw(InitializerKind::kRandomUniform))), 0.05 + 1e-7);
}

TEST(InitializerTest, GainMultipliesWhatIsDrawn) {
  for (const auto& [kind, name] : NamesOf(InitializerKind{})) {
    if (kind == InitializerKind::kZeros || kind == InitializerKind::kOnes || kind == InitializerKind::kConstant) {
      continue;
    }
    SCOPED_TRACE(name);
    const InitialShape shape = {.rows = 20, .columns = 30, .fan_in = 30, .fan_out = 20};
    std::vector<float> plain(600), tripled(600);
    Random random(1, RandomUse::kInitialWeights, 0), again(1, RandomUse::kInitialWeights, 0);
    Initialize({.kind = kind}, shape, random, plain);
    Initialize({.kind = kind, .gain = 3}, shape, again, tripled);
    for (std::size_t i = 0; i < plain.size(); ++i) ASSERT_NEAR(tripled[i], 3 * plain[i], 1e-6);
  }
}

TEST(InitializerTest, OrthogonalOnesHaveOrthonormalRowsOrColumns) {
  for (const auto& [rows, columns] :
       {std::pair<int64_t, int64_t>{1, 1}, {1, 7}, {7, 1}, {5, 5}, {33, 17}, {17, 130}, {300, 300}}) {
    SCOPED_TRACE(testing::Message() << rows << "x" << columns);
    Random random(1, RandomUse::kInitialWeights, 0);
    std::vector<float> values(rows * columns);
    Initialize({.kind = InitializerKind::kOrthogonal}, {.rows = rows, .columns = columns}, random, values);
    const bool by_rows = rows <= columns;
    const int64_t count = by_rows ? rows : columns, length = by_rows ? columns : rows;
    const auto at = [&](int64_t v, int64_t i) { return double{values[by_rows ? v * columns + i : i * columns + v]}; };
    for (int64_t a = 0; a < count; ++a) {
      for (int64_t b = 0; b <= a; ++b) {
        double dot = 0;
        for (int64_t i = 0; i < length; ++i) dot += at(a, i) * at(b, i);
        ASSERT_NEAR(dot, a == b ? 1 : 0, 1e-6) << a << ", " << b;
      }
    }
  }
}

// Of a uniformly distributed orthogonal 2 x 2 matrix half are reflections, and all angles are as likely.
TEST(InitializerTest, OrthogonalOnesAreUniform) {
  int reflections = 0;
  double cosines = 0, squares = 0;
  constexpr int kDraws = 4'000;
  for (int draw = 0; draw < kDraws; ++draw) {
    Random random(draw, RandomUse::kInitialWeights, 0);
    std::vector<float> m(4);
    Initialize({.kind = InitializerKind::kOrthogonal}, {.rows = 2, .columns = 2}, random, m);
    if (m[0] * m[3] - m[1] * m[2] < 0) ++reflections;
    cosines += m[0];
    squares += m[0] * m[0];
  }
  EXPECT_NEAR(reflections, kDraws / 2, 160);
  EXPECT_NEAR(cosines / kDraws, 0, 0.06);
  EXPECT_NEAR(squares / kDraws, 0.5, 0.03);
}

TEST(InitializerTest, OrthogonalOnesDoNotDependOnThreads) {
  const auto draw = [](int threads) {
    const ScopedThreads scope(threads);
    Random random(1, RandomUse::kInitialWeights, 0);
    std::vector<float> values(200 * 300);
    Initialize({.kind = InitializerKind::kOrthogonal}, {.rows = 200, .columns = 300}, random, values);
    return values;
  };
  EXPECT_EQ(draw(3), draw(1));
}

TEST(InitializerTest, OrthogonalOnesThatWouldTakeTooLongAreRefused) {
  const auto faults_of = [](InitializerKind kind, int64_t units, int64_t inputs) {
    Faults faults;
    DenseSpec{.units = units, .kernel_initializer = {.kind = kind}}.CheckPlace(true, inputs, "layers[0].dense", faults);
    return faults.Take();
  };
  EXPECT_TRUE(faults_of(InitializerKind::kOrthogonal, 2'048, 2'048).empty());
  EXPECT_TRUE(faults_of(InitializerKind::kOrthogonal, 128, 65'536).empty());
  EXPECT_TRUE(faults_of(InitializerKind::kGlorotUniform, 65'536, 65'536).empty());
  const auto faults = faults_of(InitializerKind::kOrthogonal, 65'536, 4'096);
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(faults[0].field, "layers[0].dense.kernel_initializer.kind");
  EXPECT_NE(faults[0].description.find("65536 x 4096"), std::string::npos);
}

TEST(InitializerTest, FillsConstants) {
  std::vector<float> values(3);
  Random random(1, RandomUse::kInitialWeights, 0);
  Initialize({.kind = InitializerKind::kConstant, .gain = 7, .value = -2.5}, {.columns = 3}, random, values);
  EXPECT_EQ(values, std::vector<float>(3, -2.5f));
  EXPECT_TRUE(std::ranges::all_of(Draw(InitializerKind::kZeros), [](float value) { return value == 0; }));
  EXPECT_TRUE(std::ranges::all_of(Draw(InitializerKind::kOnes), [](float value) { return value == 1; }));
}

}  // namespace
}  // namespace traind::engine
