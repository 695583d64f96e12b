#include "engine/training/divergence.h"

#include <cstddef>
#include <cstdint>

#include "engine/core/multiversion.h"
#include "engine/core/parallel.h"

namespace traind::engine {
namespace {

// 0 times anything finite is 0, and times anything else is not a number.
TRAIND_MULTIVERSION float SumOfZeros(int64_t size, const float* values) {
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < size; ++i) sum += 0 * values[i];
  return sum;
}

std::string LayerOf(const WeightDefinition& weight) { return weight.name.substr(0, weight.name.rfind('.')); }

bool IsFinite(const WeightDefinition& weight, const float* values) {
  return AllFinite({values, static_cast<std::size_t>(weight.layout.floats())});
}

}  // namespace

bool AllFinite(std::span<const float> values) {
  constexpr int64_t kGrain = 1 << 14;
  return ParallelSum(static_cast<int64_t>(values.size()), kGrain, [&](int64_t begin, int64_t end) -> double {
           return SumOfZeros(end - begin, values.data() + begin);
         }) == 0;
}

Divergence FindDivergence(const Weights& weights, const Program* program) {
  const auto& definitions = weights.definitions();
  for (std::size_t i = definitions.size(); i-- > 0;) {
    const WeightView& view = weights.views()[i];
    if (!definitions[i].trainable || IsFinite(definitions[i], view.value)) continue;
    const bool by_gradient = !IsFinite(definitions[i], view.gradient);
    return {by_gradient ? Divergence::Of::kGradient : Divergence::Of::kWeight, LayerOf(definitions[i])};
  }
  std::string layer = program == nullptr ? "" : program->FirstNotFinite();
  if (!layer.empty()) return {Divergence::Of::kOutput, layer};
  for (std::size_t i = 0; i < definitions.size(); ++i) {
    if (!IsFinite(definitions[i], weights.views()[i].value)) return {Divergence::Of::kWeight, LayerOf(definitions[i])};
  }
  return {Divergence::Of::kOutput, definitions.empty() ? "" : LayerOf(definitions.back())};
}

}  // namespace traind::engine
