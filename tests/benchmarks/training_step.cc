// How fast the trainer's own loop is: a batch gathered in shuffled order, forward, cross-entropy, backward, Adam.
// Prints one JSON line a network. Neither the compiling nor the first steps count; there is no validation, and no
// metric but the loss.
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/training/trainer.h"
#include "tests/benchmarks/network_training.h"
#include "tests/benchmarks/networks.h"

ABSL_FLAG(std::vector<std::string>, networks, (std::vector<std::string>{"S", "S256", "T", "M", "L"}),
          "which: names, or widths and batch size as in 64-128-64-10@32");
ABSL_FLAG(int, threads, 1, "threads of the training");
ABSL_FLAG(double, seconds, 2, "how long each is measured");
ABSL_FLAG(int64_t, batches, traind::engine::kBatchesOfData, "batches that the dataset is long");
ABSL_FLAG(std::string, precision, "f32", "what the products are computed in: f32 or bf16");
ABSL_FLAG(bool, profile, false,
          "also times the phases of each step, as a spec's `profile` does, and says how long each is");
ABSL_FLAG(bool, list, false, "measures nothing: prints the named networks, each with its widths and batch size");

namespace traind::engine {
namespace {

constexpr int64_t kLeastSteps = 5;

// What is measured of a network, as the members of a JSON object.
absl::StatusOr<std::string> Measure(const Network& network) {
  const RandomRows rows(network, absl::GetFlag(FLAGS_batches));
  TrainingSpec spec = SpecOf(network);
  spec.precision = absl::GetFlag(FLAGS_precision) == "bf16" ? Precision::kBf16Mixed : Precision::kFloat32;
  spec.profile = absl::GetFlag(FLAGS_profile);
  auto trainer = Trainer::Create(spec, rows.view(), absl::GetFlag(FLAGS_threads));
  if (!trainer.ok()) return trainer.status();
  StopWatch watch(absl::GetFlag(FLAGS_seconds), kLeastSteps);
  const auto outcome = (*trainer)->Run(watch, watch.token());
  if (!outcome.ok()) return outcome.status();
  if (outcome->end != TrainingOutcome::End::kStopped) return absl::InternalError("it ended before its time");
  std::string figures = absl::StrFormat(R"("samples_per_second": %.0f)", watch.samples_per_second());
  if (const StepTimes* const times = outcome->progress.times; times != nullptr) {
    absl::StrAppend(&figures, R"(, "microseconds_a_step": {)");
    for (std::size_t phase = 0; phase < times->size(); ++phase) {
      const double seconds = (*times)[phase].seconds / static_cast<double>(outcome->progress.step);
      absl::StrAppendFormat(&figures, R"(%s"%s": %.2f)", phase == 0 ? "" : ", ", kStepPhaseNames[phase], 1e6 * seconds);
    }
    absl::StrAppend(&figures, "}");
  }
  return figures;
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
    const auto figures = traind::engine::Measure(*network);
    if (!figures.ok()) {
      std::fprintf(stderr, "training_step: %s: %s\n", name.c_str(), std::string(figures.status().message()).c_str());
      return 1;
    }
    std::printf(R"({"who": "traind", "threads": %d, "precision": "%s", "network": "%s", "batch": %d, %s})"
                "\n",
                absl::GetFlag(FLAGS_threads), precision.c_str(), name.c_str(), static_cast<int>(network->batch),
                figures->c_str());
    std::fflush(stdout);
  }
}
