// How fast the trainer's own loop is: a batch gathered in shuffled order, forward, cross-entropy, backward, Adam.
// Prints one JSON line a network. Neither the compiling nor the first steps count; there is no validation, and no
// metric but the loss.
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/strings/str_cat.h"
#include "engine/training/trainer.h"
#include "tests/benchmarks/networks.h"
#include "tests/engine/random_values.h"

ABSL_FLAG(std::vector<std::string>, networks, (std::vector<std::string>{"S", "S256", "T", "M", "L"}),
          "which: names, or widths and batch size as in 64-128-64-10@32");
ABSL_FLAG(int, threads, 1, "threads of the training");
ABSL_FLAG(double, seconds, 2, "how long each is measured");
ABSL_FLAG(int64_t, batches, traind::engine::kBatchesOfData, "batches that the dataset is long");

ABSL_FLAG(std::string, precision, "f32", "what the products are computed in: f32 or bf16");
ABSL_FLAG(bool, list, false, "measures nothing: prints the named networks, each with its widths and batch size");

namespace traind::engine {
namespace {

using Clock = std::chrono::steady_clock;

// Lets the first steps pass, then counts until its time is over.
class StopWatch final : public TrainingObserver {
 public:
  explicit StopWatch(double seconds) : seconds_(seconds) {}

  void OnStep(const TrainingProgress& progress, double /*loss*/) override {
    const Clock::time_point now = Clock::now();
    if (progress.step == 1) first_ = now;
    if (!start_) {
      // Caches, the clock of the CPU and threads that have just been made take a moment.
      if (progress.step < kWarmUpSteps || now - first_ < kWarmUp * seconds_) return;
      start_ = now;
      samples_before_ = progress.samples;
      return;
    }
    measured_ = now - *start_;
    samples_ = progress.samples - samples_before_;
    if (measured_.count() >= seconds_) stop_.request_stop();
  }
  void OnEpoch(const TrainingProgress& /*progress*/, const MetricValues& /*metrics*/) override {}

  std::stop_token token() const { return stop_.get_token(); }
  double samples_per_second() const { return static_cast<double>(samples_) / measured_.count(); }

 private:
  static constexpr int64_t kWarmUpSteps = 5;
  static constexpr std::chrono::duration<double> kWarmUp{0.1};  // of each second that is measured

  const double seconds_;
  std::stop_source stop_;
  Clock::time_point first_;
  std::optional<Clock::time_point> start_;
  int64_t samples_before_ = 0;
  int64_t samples_ = 0;
  std::chrono::duration<double> measured_{1};
};

TrainingSpec SpecOf(const Network& network) {
  TrainingSpec spec;
  for (const int64_t units : network.hidden) {
    spec.model.layers.push_back({"", DenseSpec{.units = units, .use_bias = false}});
    spec.model.layers.push_back({"", BatchNormalizationSpec{}});
    spec.model.layers.push_back({"", ActivationSpec{.function = ActivationFunction::kRelu}});
  }
  spec.model.layers.push_back({"", DenseSpec{.units = network.classes}});
  spec.model.layers.push_back({"", ActivationSpec{.function = ActivationFunction::kSoftmax}});
  spec.loss = CategoricalCrossentropySpec{};
  spec.optimizer.kind = AdamSpec{.learning_rate = 0.001};
  spec.epochs = kMaxEpochs;
  spec.batch_size = network.batch;
  spec.precision = absl::GetFlag(FLAGS_precision) == "bf16" ? Precision::kBf16Mixed : Precision::kFloat32;
  return spec;
}

absl::StatusOr<double> SamplesPerSecond(const Network& network) {
  const int64_t rows = network.batch * absl::GetFlag(FLAGS_batches);
  const std::vector<float> features = RandomValues(rows * network.inputs, 1);
  std::vector<int32_t> classes(rows);
  Random random(1, RandomUse::kRowOrder, 0);
  for (int32_t& label : classes) label = static_cast<int32_t>(random.Below(network.classes));
  const DatasetView dataset = {.shape = {.rows = rows, .features = network.inputs, .classes = network.classes},
                               .features = features.data(),
                               .classes = classes.data()};
  auto trainer = Trainer::Create(SpecOf(network), dataset, absl::GetFlag(FLAGS_threads));
  if (!trainer.ok()) return trainer.status();
  StopWatch watch(absl::GetFlag(FLAGS_seconds));
  const auto outcome = (*trainer)->Run(watch, watch.token());
  if (!outcome.ok()) return outcome.status();
  if (outcome->end != TrainingOutcome::End::kStopped) return absl::InternalError("it ended before its time");
  return watch.samples_per_second();
}

}  // namespace
}  // namespace traind::engine

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage("measures whole training steps, and prints one JSON line a network");
  absl::ParseCommandLine(argc, argv);
  if (absl::GetFlag(FLAGS_list)) {
    for (const auto& network : traind::engine::Networks()) {
      std::printf("%s %s\n", network.name.c_str(), traind::engine::Description(network).c_str());
    }
    return 0;
  }
  const std::string precision = absl::GetFlag(FLAGS_precision);
  if (precision != "f32" && precision != "bf16") {
    std::fprintf(stderr, "training_step: no precision is called %s; see --help\n", precision.c_str());
    return 2;
  }
  for (const std::string& name : absl::GetFlag(FLAGS_networks)) {
    const auto network = traind::engine::NetworkCalled(name);
    if (!network) {
      std::fprintf(stderr, "training_step: no network is called %s; see --help\n", name.c_str());
      return 2;
    }
    const auto speed = traind::engine::SamplesPerSecond(*network);
    if (!speed.ok()) {
      std::fprintf(stderr, "training_step: %s: %s\n", name.c_str(), std::string(speed.status().message()).c_str());
      return 1;
    }
    std::printf(
        R"({"who": "traind", "threads": %d, "precision": "%s", "network": "%s", "batch": %d, "samples_per_second": %.0f})"
        "\n",
        absl::GetFlag(FLAGS_threads), precision.c_str(), name.c_str(), static_cast<int>(network->batch), *speed);
    std::fflush(stdout);
  }
}
