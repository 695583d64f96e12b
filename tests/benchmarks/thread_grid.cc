// Times a training step on 1, 2, ... threads for a grid of networks, which is what ChooseThreads
// (engine/training/thread_choice.h) has its constants from. On a quiet machine:
//
//   build/release/benchmarks/thread_grid [threads=2] [turns=5] [seconds a turn=0.06] > grid.csv
//
// A line a network: inputs, hidden layers, batch, then microseconds a step (median of the turns) and what ChooseThreads
// says. All numbers of threads take turns, so that a slow minute slows all of them. At the end, on stderr, what the
// choices cost: the time of the chosen numbers over that of the best ones.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

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

int Run(int max_threads, int turns, double turn_seconds) {
  double chosen_over_best = 0;
  double one_over_best = 0;
  double worst = 1;
  const std::vector<Network> networks = Grid();
  std::printf("inputs,hidden,batch");
  for (int threads = 1; threads <= max_threads; ++threads) std::printf(",microseconds_on_%d", threads);
  std::printf(",chosen\n");
  for (const Network& network : networks) {
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
    std::printf("%ld,", static_cast<long>(network.inputs));
    for (const int64_t units : network.hidden)
      std::printf("%s%ld", &units == &network.hidden[0] ? "" : "-", static_cast<long>(units));
    std::printf(",%ld", static_cast<long>(network.batch));
    std::vector<double> medians;
    for (const auto& of_threads : seconds) medians.push_back(Median(of_threads));
    for (const double median : medians) std::printf(",%.1f", median * 1e6);
    const int chosen = ChooseThreads(spec, data.shape, max_threads);
    std::printf(",%d\n", chosen);
    std::fflush(stdout);
    const double best = *std::min_element(medians.begin(), medians.end());
    const double ratio = medians[static_cast<std::size_t>(chosen - 1)] / best;
    chosen_over_best += ratio;
    one_over_best += medians[0] / best;
    worst = std::max(worst, ratio);
  }
  const auto count = static_cast<double>(networks.size());
  std::fprintf(stderr, "time over the best: as chosen %.3f (worst %.3f), always on one thread %.3f\n",
               chosen_over_best / count, worst, one_over_best / count);
  return 0;
}

}  // namespace
}  // namespace traind::engine

int main(int argc, char** argv) {
  return traind::engine::Run(argc > 1 ? std::atoi(argv[1]) : 2, argc > 2 ? std::atoi(argv[2]) : 5,
                             argc > 3 ? std::atof(argv[3]) : 0.06);
}
