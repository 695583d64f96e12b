// The three products of a dense layer; with bfloat16, where there is any, the rounding of what they multiply included.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/aligned_buffer.h"
#include "engine/core/threads.h"
#include "engine/ops/inner_product.h"
#include "engine/ops/op.h"
#include "tests/benchmarks/shapes.h"
#include "tests/engine/random_values.h"

namespace traind::engine {
namespace {

AlignedBuffer Random(int64_t size, uint32_t stream) {
  AlignedBuffer buffer(size);
  std::ranges::copy(RandomValues(size, stream), buffer.data());
  return buffer;
}

// One layer with the weights in oneDNN's own order, as a training has them. Arguments: see DenseShapes.
template <absl::Status (InnerProduct::*pass)() const, bool bfloat16 = false>
void Dense(benchmark::State& state) {
  const int64_t rows = state.range(0), inputs = state.range(1), outputs = state.range(2);
  const ScopedThreads threads(static_cast<int>(state.range(3)));
  const auto layout = FastestInnerProductWeights(rows, inputs, outputs);
  if (!layout.ok()) return state.SkipWithError(std::string(layout.status().message()).c_str());
  const AlignedBuffer src = Random(rows * inputs, 1), weights = Random(layout->floats(), 2),
                      diff_dst = Random(rows * outputs, 3);
  const AlignedBuffer dst(rows * outputs), diff_src(rows * inputs), diff_weights(layout->floats());
  const OpContext context;
  const auto op = InnerProduct::Create(
      context, {.rows = rows, .inputs = inputs, .outputs = outputs, .weights = *layout, .bfloat16 = bfloat16},
      {.src = src.data(),
       .weights = weights.data(),
       .dst = dst.data(),
       .diff_dst = diff_dst.data(),
       .diff_src = diff_src.data(),
       .diff_weights = diff_weights.data()});
  if (!op.ok()) return state.SkipWithError(std::string(op.status().message()).c_str());
  // The backward passes read what the forward pass rounded.
  if (!op->Forward().ok()) return state.SkipWithError("it does not run");
  for (auto _ : state) {
    if (!((*op).*pass)().ok()) return state.SkipWithError("it does not run");
  }
  state.counters["FLOP"] = benchmark::Counter(2.0 * static_cast<double>(rows * inputs * outputs),
                                              benchmark::Counter::kIsIterationInvariantRate);
}

void DenseForward(benchmark::State& state) { Dense<&InnerProduct::Forward>(state); }
void DenseBackwardData(benchmark::State& state) { Dense<&InnerProduct::BackwardData>(state); }
void DenseBackwardWeights(benchmark::State& state) { Dense<&InnerProduct::BackwardWeights>(state); }

BENCHMARK(DenseForward)->Apply(DenseShapes);
BENCHMARK(DenseBackwardData)->Apply(DenseShapes);
BENCHMARK(DenseBackwardWeights)->Apply(DenseShapes);

const bool kBfloat16Registered = [] {
  if (!CpuHasBfloat16()) return false;
  for (const auto& [name, function] : std::vector<std::pair<const char*, void (*)(benchmark::State&)>>{
           {"DenseForwardBfloat16", Dense<&InnerProduct::Forward, true>},
           {"DenseBackwardDataBfloat16", Dense<&InnerProduct::BackwardData, true>},
           {"DenseBackwardWeightsBfloat16", Dense<&InnerProduct::BackwardWeights, true>}}) {
    benchmark::RegisterBenchmark(name, function)->Apply(DenseShapes);
  }
  return true;
}();

}  // namespace
}  // namespace traind::engine
