// The shapes that the networks of networks.h give to each primitive, each on one and on two threads.
#ifndef TRAIND_TESTS_BENCHMARKS_SHAPES_H_
#define TRAIND_TESTS_BENCHMARKS_SHAPES_H_

#include <benchmark/benchmark.h>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "tests/benchmarks/networks.h"

namespace traind::engine {

// Adds each of `shapes` once, threads behind. `names` are those of its numbers.
inline void AddShapes(benchmark::internal::Benchmark* benchmark, std::vector<std::string> names,
                      const std::vector<std::vector<int64_t>>& shapes) {
  names.emplace_back("threads");
  benchmark->ArgNames(names)->UseRealTime();
  std::set<std::vector<int64_t>> added;
  for (std::vector<int64_t> shape : shapes) {
    if (!added.insert(shape).second) continue;
    shape.push_back(0);
    for (const int64_t threads : {1, 2}) {
      shape.back() = threads;
      benchmark->Args(shape);
    }
  }
}

// rows, inputs, outputs of every dense layer.
inline void DenseShapes(benchmark::internal::Benchmark* benchmark) {
  std::vector<std::vector<int64_t>> shapes;
  for (const Network& network : Networks()) {
    int64_t inputs = network.inputs;
    for (const int64_t units : network.hidden) {
      shapes.push_back({network.batch, inputs, units});
      inputs = units;
    }
    shapes.push_back({network.batch, inputs, network.classes});
  }
  AddShapes(benchmark, {"rows", "inputs", "outputs"}, shapes);
}

// rows, channels of every batch normalization.
inline void NormalizationShapes(benchmark::internal::Benchmark* benchmark) {
  std::vector<std::vector<int64_t>> shapes;
  for (const Network& network : Networks()) {
    for (const int64_t units : network.hidden) shapes.push_back({network.batch, units});
  }
  AddShapes(benchmark, {"rows", "channels"}, shapes);
}

// rows, features of every batch of data.
inline void InputShapes(benchmark::internal::Benchmark* benchmark) {
  std::vector<std::vector<int64_t>> shapes;
  for (const Network& network : Networks()) shapes.push_back({network.batch, network.inputs});
  AddShapes(benchmark, {"rows", "features"}, shapes);
}

// rows, classes of every batch of outputs.
inline void OutputShapes(benchmark::internal::Benchmark* benchmark) {
  std::vector<std::vector<int64_t>> shapes;
  for (const Network& network : Networks()) shapes.push_back({network.batch, network.classes});
  AddShapes(benchmark, {"rows", "classes"}, shapes);
}

// weights of every network.
inline void WeightShapes(benchmark::internal::Benchmark* benchmark) {
  std::vector<std::vector<int64_t>> shapes;
  for (const Network& network : Networks()) shapes.push_back({CountWeights(network)});
  AddShapes(benchmark, {"weights"}, shapes);
}

}  // namespace traind::engine

#endif  // TRAIND_TESTS_BENCHMARKS_SHAPES_H_
