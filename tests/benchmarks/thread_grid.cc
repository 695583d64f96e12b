// Times a training step on 1, 2, ... threads for a grid of networks, which is what ChooseThreads
// (engine/training/thread_choice.h) has its constants from. On a quiet machine:
//
//   build/release/benchmarks/thread_grid [threads=2] [turns=5] [seconds a turn=0.06]
//
// A line a network: widths and batch, what ProductsPerLayer says of it, and microseconds a step (median of the turns)
// on each number of threads. The numbers take turns, so that a slow minute slows all of them. Then, for a range of
// kProductsPerThread, what the choices would cost.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/training/thread_choice.h"
#include "engine/training/trainer.h"
#include "tests/engine/random_values.h"

namespace traind::engine {
namespace {

constexpr double kWarmUp = 0.2;  // of a turn
constexpr int64_t kClasses = 10;
constexpr int64_t kBatchesOfData = 8;

struct Network {
  int64_t inputs = 0;
  std::vector<int64_t> hidden;
  int64_t batch = 0;
};

// Looks at the clock as rarely as an observer can.
class StepTimer final : public TrainingObserver {
 public:
  explicit StepTimer(double seconds) : warm_up_(kWarmUp * seconds) {}

  void OnStep(const TrainingProgress& progress, double /*loss*/) override {
    if (first_step_ == 0 && progress.step >= 3 && progress.seconds >= warm_up_) {
      first_step_ = progress.step;
      start_ = progress.seconds;
    }
    last_step_ = progress.step;
    end_ = progress.seconds;
  }
  void OnEpoch(const TrainingProgress& /*progress*/, const MetricValues& /*metrics*/) override {}

  double SecondsPerStep() const {
    const int64_t steps = last_step_ - first_step_;
    return first_step_ == 0 || steps == 0 ? end_ / static_cast<double>(last_step_)
                                          : (end_ - start_) / static_cast<double>(steps);
  }

 private:
  const double warm_up_;
  int64_t first_step_ = 0;
  int64_t last_step_ = 0;
  double start_ = 0;
  double end_ = 0;
};

TrainingSpec SpecOf(const Network& network, double seconds) {
  TrainingSpec spec;
  for (const int64_t units : network.hidden) {
    spec.model.layers.push_back({"", DenseSpec{.units = units}});
    spec.model.layers.push_back({"", BatchNormalizationSpec{}});
    spec.model.layers.push_back({"", ActivationSpec{.function = ActivationFunction::kRelu}});
  }
  spec.model.layers.push_back({"", DenseSpec{.units = kClasses}});
  spec.model.layers.push_back({"", ActivationSpec{.function = ActivationFunction::kSoftmax}});
  spec.loss = CategoricalCrossentropySpec{};
  spec.optimizer.kind = AdamSpec{};
  spec.batch_size = network.batch;
  spec.epochs = kMaxEpochs;
  spec.max_train_seconds = seconds;
  return spec;
}

double SecondsPerStep(const TrainingSpec& spec, const DatasetView& data, int threads) {
  StepTimer timer(*spec.max_train_seconds);
  auto trainer = Trainer::Create(spec, data, threads);
  if (!trainer.ok() || !(*trainer)->Run(timer, {}).ok()) {
    std::fprintf(stderr, "no training\n");
    std::exit(1);
  }
  return timer.SecondsPerStep();
}

double Median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

std::vector<Network> Grid() {
  std::vector<Network> networks = {
      {64, {128, 64}, 32}, {64, {128, 64}, 256}, {100, {256, 128, 64}, 1024}, {256, {512, 512, 512}, 256}};
  for (const int64_t width : {16, 32, 64, 128, 256, 512, 1024}) {
    for (const std::size_t depth : {1, 2, 4}) {
      for (const int64_t batch : {32, 128, 512, 2048}) {
        networks.push_back({width, std::vector<int64_t>(depth, width), batch});
      }
    }
  }
  return networks;
}

std::string NameOf(const Network& network) {
  std::string name = absl::StrCat(network.inputs);
  for (const int64_t units : network.hidden) absl::StrAppend(&name, "-", units);
  return absl::StrCat(name, "-", kClasses);
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

Measured Measure(const Network& network, int max_threads, int turns, double turn_seconds) {
  const int64_t rows = network.batch * kBatchesOfData;
  const std::vector<float> features = RandomValues(rows * network.inputs, 1);
  std::vector<int32_t> classes(static_cast<std::size_t>(rows));
  for (std::size_t i = 0; i < classes.size(); ++i) classes[i] = static_cast<int32_t>(i % kClasses);
  const DatasetView data = {.shape = {.rows = rows, .features = network.inputs, .classes = kClasses},
                            .features = features.data(),
                            .classes = classes.data()};
  const TrainingSpec spec = SpecOf(network, turn_seconds);
  std::vector<std::vector<double>> seconds(static_cast<std::size_t>(max_threads));
  for (int turn = 0; turn < turns; ++turn) {
    for (std::size_t i = 0; i < seconds.size(); ++i) {
      seconds[i].push_back(SecondsPerStep(spec, data, static_cast<int>(i) + 1));
    }
  }
  Measured measured = {.products_per_layer = ProductsPerLayer(spec, data.shape), .seconds = {}};
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

void Run(int max_threads, int turns, double turn_seconds) {
  std::vector<Measured> all;
  std::printf("network,batch,products_per_layer");
  for (int threads = 1; threads <= max_threads; ++threads) std::printf(",microseconds_on_%d", threads);
  std::printf("\n");
  for (const Network& network : Grid()) {
    all.push_back(Measure(network, max_threads, turns, turn_seconds));
    std::printf("%s,%ld,%.3g", NameOf(network).c_str(), static_cast<long>(network.batch),
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
  traind::engine::Run(argc > 1 ? std::atoi(argv[1]) : 2, argc > 2 ? std::atoi(argv[2]) : 5,
                      argc > 3 ? std::atof(argv[3]) : 0.06);
}
