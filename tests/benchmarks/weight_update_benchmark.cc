// What Adam does to all weights of a network.
#include <benchmark/benchmark.h>

#include <algorithm>

#include "engine/core/threads.h"
#include "engine/optimizers/weight_update.h"
#include "tests/benchmarks/shapes.h"
#include "tests/engine/random_values.h"

namespace traind::engine {
namespace {

// Arguments: see WeightShapes. Weight, gradient and two moments are read, all but the gradient are written.
void AdamUpdate(benchmark::State& state) {
  const int64_t size = state.range(0);
  const ScopedThreads threads(static_cast<int>(state.range(1)));
  Weights weights({{.name = "w", .shape = {size}, .layout = Layout::RowMajor({size})}}, /*with_gradients=*/true);
  std::ranges::copy(RandomValues(size, 1), weights.gradients().data());
  WeightUpdate update({.kind = AdamSpec{}, .learning_rate_schedule = {}}, weights);
  for (auto _ : state) update.Apply(0.001);
  state.SetBytesProcessed(state.iterations() * 7 * size * static_cast<int64_t>(sizeof(float)));
}

BENCHMARK(AdamUpdate)->Apply(WeightShapes);

}  // namespace
}  // namespace traind::engine
