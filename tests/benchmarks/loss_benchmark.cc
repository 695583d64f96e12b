// Softmax, cross-entropy and its gradient, as a training step has them: rows shared among threads. The bytes are those
// of the outputs, in, and of the gradient, out.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <vector>

#include "engine/core/aligned_buffer.h"
#include "engine/core/threads.h"
#include "engine/data/preprocessor.h"
#include "engine/training/evaluation.h"
#include "tests/benchmarks/shapes.h"
#include "tests/engine/random_values.h"

namespace traind::engine {
namespace {

// Arguments: see OutputShapes.
void CrossEntropy(benchmark::State& state) {
  const int64_t rows = state.range(0), classes = state.range(1);
  const ScopedThreads threads(static_cast<int>(state.range(2)));
  const AlignedBuffer outputs(rows * classes), gradient(rows * classes);
  std::ranges::copy(RandomValues(rows * classes, 1), outputs.data());
  std::vector<int32_t> labels(rows);
  for (int64_t row = 0; row < rows; ++row) labels[row] = static_cast<int32_t>(row % classes);
  TrainingSpec spec;
  spec.loss = CategoricalCrossentropySpec{};
  const Preprocessor plain = *Preprocessor::Make({.width = 1}, 1, {});
  Evaluation evaluation(spec, {.rows = rows, .batch_rows = rows, .width = classes, .classes = classes}, plain);
  for (auto _ : state) {
    benchmark::DoNotOptimize(evaluation.Add(rows, outputs.data(), {.classes = labels.data()}, gradient.data()));
  }
  state.SetBytesProcessed(state.iterations() * 2 * rows * classes * static_cast<int64_t>(sizeof(float)));
}

BENCHMARK(CrossEntropy)->Apply(OutputShapes);

}  // namespace
}  // namespace traind::engine
