// Times a training step on 1, 2, ... threads for a grid of networks, which is what ChooseThreads
// (engine/training/thread_choice.h) has its constants from. On a quiet machine:
//
//   build/release/benchmarks/thread_grid [threads=2] [turns=5] [seconds a turn=0.06] [steps a turn, at least=5]
//
// A line a network: widths and batch, what ProductsPerLayer says of it, and microseconds a step (median of the turns)
// on each number of threads. The numbers take turns, so that a slow minute slows all of them. Then, for a range of
// kProductsPerThread, what the choices would cost.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include "absl/strings/str_replace.h"
#include "engine/training/thread_choice.h"
#include "engine/training/trainer.h"
#include "tests/benchmarks/network_training.h"
#include "tests/benchmarks/networks.h"

namespace traind::engine {
namespace {

struct Turns {
  int count = 5;
  double seconds = 0.06;
  int64_t least_steps = 5;
};

double SecondsPerStep(const TrainingSpec& spec, const DatasetView& data, int threads, const Turns& turns) {
  StopWatch watch(turns.seconds, turns.least_steps);
  auto trainer = Trainer::Create(spec, data, threads);
  if (!trainer.ok() || !(*trainer)->Run(watch, watch.token()).ok()) {
    std::fprintf(stderr, "no training\n");
    std::exit(1);
  }
  return watch.seconds_per_step();
}

double Median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

// Those of the same data one after another.
std::vector<Network> Grid() {
  std::vector<Network> networks = Networks();
  networks.pop_back();  // the largest, which leaves no choice
  for (const int64_t width : {16, 32, 64, 128, 256, 512, 1024}) {
    for (const int64_t batch : {32, 128, 512, 2048}) {
      for (const std::size_t depth : {1, 2, 4}) {
        networks.push_back({"", width, std::vector<int64_t>(depth, width), 10, batch});
      }
    }
  }
  return networks;
}

struct Measured {
  double products_per_layer = 0;
  std::vector<double> seconds;  // a step, on 1, 2, ... threads

  // Time over the best, if each thread must have so many products.
  double Cost(double products_per_thread) const {
    const double worth = std::min(products_per_layer / products_per_thread, static_cast<double>(seconds.size()));
    const auto threads = std::max<std::size_t>(static_cast<std::size_t>(worth), 1);
    return seconds[threads - 1] / *std::min_element(seconds.begin(), seconds.end());
  }
};

Measured Measure(const Network& network, const RandomRows& rows, int max_threads, const Turns& turns) {
  const TrainingSpec spec = SpecOf(network);
  std::vector<std::vector<double>> seconds(static_cast<std::size_t>(max_threads));
  for (int turn = 0; turn < turns.count; ++turn) {
    for (std::size_t i = 0; i < seconds.size(); ++i) {
      seconds[i].push_back(SecondsPerStep(spec, rows.view(), static_cast<int>(i) + 1, turns));
    }
  }
  Measured measured = {.products_per_layer = ProductsPerLayer(spec, rows.shape()), .seconds = {}};
  for (const auto& of_threads : seconds) measured.seconds.push_back(Median(of_threads));
  return measured;
}

void PrintCost(const std::vector<Measured>& all, double products_per_thread, const char* note) {
  double sum = 0;
  double worst = 1;
  for (const Measured& measured : all) {
    const double cost = measured.Cost(products_per_thread);
    sum += cost;
    worst = std::max(worst, cost);
  }
  std::printf("%.2e  %.3f  %.3f%s\n", products_per_thread, sum / static_cast<double>(all.size()), worst, note);
}

void Run(int max_threads, const Turns& turns) {
  std::vector<Measured> all;
  std::printf("network,batch,products_per_layer");
  for (int threads = 1; threads <= max_threads; ++threads) std::printf(",microseconds_on_%d", threads);
  std::printf("\n");
  std::unique_ptr<const RandomRows> rows;
  for (const Network& network : Grid()) {
    if (!rows || rows->shape().rows != network.batch * kBatchesOfData || rows->shape().features != network.inputs ||
        rows->shape().classes != network.classes) {
      rows.reset();  // its memory goes before more is taken
      rows = std::make_unique<const RandomRows>(network, kBatchesOfData);
    }
    all.push_back(Measure(network, *rows, max_threads, turns));
    std::printf("%s,%.3g", absl::StrReplaceAll(Description(network), {{"@", ","}}).c_str(),
                all.back().products_per_layer);
    for (const double seconds : all.back().seconds) std::printf(",%.1f", seconds * 1e6);
    std::printf("\n");
    std::fflush(stdout);
  }
  std::printf("\nproducts a thread, then time of the threads chosen by it over that of the best, mean and worst:\n");
  for (double products = 1e5; products < 1e8; products *= std::sqrt(2.0)) PrintCost(all, products, "");
  PrintCost(all, kProductsPerThread, " as it is");
}

}  // namespace
}  // namespace traind::engine

int main(int argc, char** argv) {
  traind::engine::Run(argc > 1 ? std::atoi(argv[1]) : 2, {.count = argc > 2 ? std::atoi(argv[2]) : 5,
                                                          .seconds = argc > 3 ? std::atof(argv[3]) : 0.06,
                                                          .least_steps = argc > 4 ? std::atoi(argv[4]) : 5});
}
