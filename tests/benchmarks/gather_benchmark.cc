// Picking the rows of a batch out of a shuffled dataset.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <span>
#include <vector>

#include "engine/core/threads.h"
#include "engine/data/batch.h"
#include "engine/data/row_order.h"
#include "tests/benchmarks/shapes.h"
#include "tests/engine/random_values.h"

namespace traind::engine {
namespace {

// Batch after batch of kBatchesOfData batches. Arguments: see InputShapes. The bytes are those of the features, in and
// out.
void BatchGather(benchmark::State& state) {
  const int64_t rows = state.range(0), features = state.range(1);
  const ScopedThreads threads(static_cast<int>(state.range(2)));
  const auto values = RandomValues(kBatchesOfData * rows * features, 1);
  const std::vector<int32_t> classes(kBatchesOfData * rows);
  const DatasetView dataset = {.shape = {.rows = kBatchesOfData * rows, .features = features, .classes = 2},
                               .features = values.data(),
                               .classes = classes.data()};
  std::vector<int64_t> order(dataset.shape.rows);
  ShuffledOrder(1, 0, /*held_out=*/{}, order);
  Batch batch(rows, dataset.shape, false, {});
  int64_t turn = 0;
  for (auto _ : state) {
    batch.Gather(dataset, std::span(order).subspan(turn * rows, rows), true);
    benchmark::ClobberMemory();
    turn = (turn + 1) % kBatchesOfData;
  }
  state.SetBytesProcessed(state.iterations() * 2 * rows * features * static_cast<int64_t>(sizeof(float)));
}

BENCHMARK(BatchGather)->Apply(InputShapes);

}  // namespace
}  // namespace traind::engine
