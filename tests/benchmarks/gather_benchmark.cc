// Picking the rows of a batch out of a shuffled dataset.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <numeric>
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
template <typename Number>
void BatchGather(benchmark::State& state) {
  const int64_t rows = state.range(0), features = state.range(1);
  const ScopedThreads threads(static_cast<int>(state.range(2)));
  std::vector<Number> values;
  for (const float value : RandomValues(kBatchesOfData * rows * features, 1)) {
    values.push_back(static_cast<Number>(100 + value));
  }
  const std::vector<int32_t> classes(kBatchesOfData * rows);
  const DatasetView dataset = {.shape = {.rows = kBatchesOfData * rows, .features = features, .classes = 2},
                               .features = values.data(),
                               .classes = classes.data()};
  std::vector<int64_t> order(dataset.shape.rows);
  Random random(1, RandomUse::kRowOrder, 0);
  std::iota(order.begin(), order.end(), int64_t{0});
  Shuffle(random, order);
  const Preprocessor plain = *Preprocessor::Make({.width = dataset.shape.features}, 1, {});
  Batch batch(rows, dataset.shape, plain, false, {});
  int64_t turn = 0;
  for (auto _ : state) {
    batch.Gather(dataset, std::span(order).subspan(turn * rows, rows), true);
    benchmark::ClobberMemory();
    turn = (turn + 1) % kBatchesOfData;
  }
  state.SetBytesProcessed(state.iterations() * rows * features * static_cast<int64_t>(sizeof(Number) + sizeof(float)));
}

// The same with the order computed on the way, over more rows than are listed. Arguments: rows of a batch.
void RowOrderFill(benchmark::State& state) {
  const RowSet none;
  RowOrder order(64 * kMostListedRows, none, /*shuffle=*/true, /*seed=*/1);
  order.StartEpoch(0);
  std::vector<int64_t> rows(state.range(0));
  int64_t first = 0;
  for (auto _ : state) {
    order.Fill(first, rows);
    benchmark::ClobberMemory();
    first = (first + state.range(0)) % (32 * kMostListedRows);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

BENCHMARK(RowOrderFill)->Arg(32)->Arg(1024);

BENCHMARK(BatchGather<float>)->Apply(InputShapes);
BENCHMARK(BatchGather<double>)->Apply(InputShapes);
BENCHMARK(BatchGather<int32_t>)->Apply(InputShapes);
BENCHMARK(BatchGather<int64_t>)->Apply(InputShapes);
BENCHMARK(BatchGather<uint8_t>)->Apply(InputShapes);

}  // namespace
}  // namespace traind::engine
