#include "engine/layers/initializer.h"

#include <algorithm>
#include <cmath>

#include "engine/core/random.h"

namespace traind::engine {
namespace {

void FillUniform(double variance, Random& random, std::span<float> values) {
  const float limit = static_cast<float>(std::sqrt(3.0 * variance));
  for (float& value : values) value = limit * (2.0f * random.Uniform() - 1.0f);
}

void FillTruncatedNormal(double variance, Random& random, std::span<float> values) {
  // The deviation of a standard normal distribution that is cut at two.
  constexpr double kCutDeviation = 0.87962566103423978;
  const double deviation = std::sqrt(variance) / kCutDeviation;
  for (float& value : values) {
    double normal = random.Normal();
    while (std::abs(normal) > 2.0) normal = random.Normal();
    value = static_cast<float>(deviation * normal);
  }
}

}  // namespace

void Initialize(Initializer initializer, int64_t fan_in, int64_t fan_out, Random& random, std::span<float> values) {
  const double glorot = 2.0 / static_cast<double>(fan_in + fan_out);
  const double he = 2.0 / static_cast<double>(fan_in);
  switch (initializer) {
    case Initializer::kGlorotUniform:
      return FillUniform(glorot, random, values);
    case Initializer::kGlorotNormal:
      return FillTruncatedNormal(glorot, random, values);
    case Initializer::kHeUniform:
      return FillUniform(he, random, values);
    case Initializer::kHeNormal:
      return FillTruncatedNormal(he, random, values);
    case Initializer::kZeros:
      std::ranges::fill(values, 0.0f);
      return;
    case Initializer::kOnes:
      std::ranges::fill(values, 1.0f);
      return;
  }
}

}  // namespace traind::engine
