#include "engine/layers/initializer.h"

#include <algorithm>
#include <cmath>

#include "engine/core/random.h"
#include "engine/layers/orthogonal.h"

namespace traind::engine {
namespace {

void FillUniform(double limit, Random& random, std::span<float> values) {
  for (float& value : values) value = static_cast<float>(limit) * (2.0f * random.Uniform() - 1.0f);
}

void FillTruncatedNormal(double target_deviation, Random& random, std::span<float> values) {
  // The deviation of a standard normal distribution that is cut at two.
  constexpr double kCutDeviation = 0.87962566103423978;
  const double deviation = target_deviation / kCutDeviation;
  for (float& value : values) {
    double normal = random.Normal();
    while (std::abs(normal) > 2.0) normal = random.Normal();
    value = static_cast<float>(deviation * normal);
  }
}

}  // namespace

void CheckInitializer(const Initializer& initializer, int64_t rows, int64_t columns, const std::string& path,
                      Faults& faults) {
  if (initializer.kind != InitializerKind::kOrthogonal || CanFillOrthogonal(rows, columns)) return;
  faults.Add(path + ".kind", "is ORTHOGONAL for ", rows, " x ", columns,
             " weights, which would take too long; the smaller number squared times the larger must be at most ",
             kMaxOrthogonalWork, " (2048 x 2048 x 2048): choose another, GLOROT_UNIFORM for one");
}

void Initialize(const Initializer& initializer, const InitialShape& shape, Random& random, std::span<float> values) {
  const double glorot = 2.0 / static_cast<double>(shape.fan_in + shape.fan_out);
  const double he = 2.0 / static_cast<double>(shape.fan_in);
  const double lecun = 1.0 / static_cast<double>(shape.fan_in);
  const double gain = initializer.gain;
  switch (initializer.kind) {
    case InitializerKind::kGlorotUniform:
      return FillUniform(gain * std::sqrt(3 * glorot), random, values);
    case InitializerKind::kGlorotNormal:
      return FillTruncatedNormal(gain * std::sqrt(glorot), random, values);
    case InitializerKind::kHeUniform:
      return FillUniform(gain * std::sqrt(3 * he), random, values);
    case InitializerKind::kHeNormal:
      return FillTruncatedNormal(gain * std::sqrt(he), random, values);
    case InitializerKind::kLecunUniform:
      return FillUniform(gain * std::sqrt(3 * lecun), random, values);
    case InitializerKind::kLecunNormal:
      return FillTruncatedNormal(gain * std::sqrt(lecun), random, values);
    case InitializerKind::kZeros:
      return std::ranges::fill(values, 0.0f), void();
    case InitializerKind::kOnes:
      return std::ranges::fill(values, 1.0f), void();
    case InitializerKind::kConstant:
      return std::ranges::fill(values, static_cast<float>(initializer.value)), void();
    case InitializerKind::kOrthogonal:
      return FillOrthogonal(gain, shape.rows, shape.columns, random, values);
    case InitializerKind::kRandomUniform:
      return FillUniform(gain * 0.05, random, values);
  }
}

}  // namespace traind::engine
