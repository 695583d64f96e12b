// Batch normalization with its relu. The bytes are those that must move at least: each row in and out.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>
#include <vector>

#include "engine/core/aligned_buffer.h"
#include "engine/core/threads.h"
#include "engine/ops/batch_normalization.h"
#include "tests/benchmarks/shapes.h"
#include "tests/engine/random_values.h"

namespace traind::engine {
namespace {

// Arguments: see NormalizationShapes. `arrays`: of [rows, channels], that the pass reads and writes.
template <absl::Status (BatchNormalizationOp::*pass)() const, int64_t arrays>
void Normalization(benchmark::State& state) {
  const int64_t rows = state.range(0), channels = state.range(1);
  const ScopedThreads threads(static_cast<int>(state.range(2)));
  const AlignedBuffer src(rows * channels), diff_dst(rows * channels), dst(rows * channels), diff_src(rows * channels);
  std::ranges::copy(RandomValues(rows * channels, 1), src.data());
  std::ranges::copy(RandomValues(rows * channels, 2), diff_dst.data());
  const AlignedBuffer scale(channels), shift(channels), mean(channels), variance(channels), diff_scale(channels),
      diff_shift(channels);
  std::ranges::fill(scale.span(), 1.0f);
  const OpContext context;
  const auto op =
      BatchNormalizationOp::Create(context, {.rows = rows, .channels = channels, .epsilon = 1e-3f, .relu = true},
                                   {.src = src.data(),
                                    .scale = scale.data(),
                                    .shift = shift.data(),
                                    .mean = mean.data(),
                                    .variance = variance.data(),
                                    .dst = dst.data(),
                                    .diff_dst = diff_dst.data(),
                                    .diff_src = diff_src.data(),
                                    .diff_scale = diff_scale.data(),
                                    .diff_shift = diff_shift.data()});
  if (!op.ok()) return state.SkipWithError(std::string(op.status().message()).c_str());
  // The backward pass reads what the forward pass found.
  if (!op->Forward().ok()) return state.SkipWithError("it does not run");
  for (auto _ : state) {
    if (!((*op).*pass)().ok()) return state.SkipWithError("it does not run");
  }
  state.SetBytesProcessed(state.iterations() * arrays * rows * channels * static_cast<int64_t>(sizeof(float)));
}

void BatchNormalizationForward(benchmark::State& state) { Normalization<&BatchNormalizationOp::Forward, 2>(state); }
void BatchNormalizationBackward(benchmark::State& state) { Normalization<&BatchNormalizationOp::Backward, 3>(state); }

BENCHMARK(BatchNormalizationForward)->Apply(NormalizationShapes);
BENCHMARK(BatchNormalizationBackward)->Apply(NormalizationShapes);

}  // namespace
}  // namespace traind::engine
