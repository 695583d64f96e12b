// Any bytes as a section of the checkpoint of a small training: refused, or a state from which the training ends.
//
// The first byte says which section they replace; the others are those of a good checkpoint.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "engine/formats/checkpoint.h"
#include "engine/training/trainer.h"

namespace traind::engine {
namespace {

constexpr char kIdentity[] = "the fuzzer's";

// Eight rows of two numbers, whose class is whether the first is the larger.
DatasetView Rows() {
  static const std::vector<float> features = {0, 1, 2, 1, 3, 4, 5, 2, 1, 7, 6, 0, 2, 9, 8, 3};
  static const std::vector<int32_t> classes = {0, 1, 0, 1, 0, 1, 0, 1};
  DatasetView view;
  view.shape = {.rows = 8, .features = 2, .classes = 2};
  view.features = features.data();
  view.classes = classes.data();
  return view;
}

std::unique_ptr<Trainer> NewTrainer() {
  TrainingSpec spec;
  spec.model.layers.push_back({"", DenseSpec{.units = 3}});
  spec.model.layers.push_back({"", BatchNormalizationSpec{}});
  spec.model.layers.push_back({"", DenseSpec{.units = 2}});
  spec.model.layers.push_back({"", ActivationSpec{.function = ActivationFunction::kSoftmax}});
  spec.epochs = 3;
  spec.batch_size = 4;
  spec.validation_split = 0.25;
  spec.optimizer.kind = AdamSpec{};
  auto trainer = Trainer::Create(spec, Rows(), 1);
  if (!trainer.ok()) std::abort();
  return *std::move(trainer);
}

struct Deaf final : TrainingObserver {
  void OnStep(const TrainingProgress&, double) override {}
  void OnEpoch(const TrainingProgress&, const MetricValues&) override {}
};

// Saves amid the second epoch.
struct Saver final : TrainingObserver {
  explicit Saver(Trainer& to_save) : trainer(to_save) {}
  void OnStep(const TrainingProgress& progress, double) override {
    if (progress.step != 3) return;
    const auto append = [&](std::string_view piece) {
      checkpoint += piece;
      return absl::OkStatus();
    };
    if (!trainer.SaveState(kIdentity, append).ok()) std::abort();
  }
  void OnEpoch(const TrainingProgress&, const MetricValues&) override {}

  Trainer& trainer;
  std::string checkpoint;
};

const std::string& GoodCheckpoint() {
  static const auto* const kCheckpoint = [] {
    const std::unique_ptr<Trainer> trainer = NewTrainer();
    Saver saver(*trainer);
    if (!trainer->Run(saver, std::stop_token()).ok()) std::abort();
    return new std::string(saver.checkpoint);
  }();
  return *kCheckpoint;
}

// The good one with `contents` as its section number `index`, counted around.
std::string WithSection(size_t index, std::string_view contents) {
  const auto sections = ParseCheckpoint(GoodCheckpoint());
  if (!sections.ok()) std::abort();
  std::string bytes;
  const auto append = [&](std::string_view piece) {
    bytes += piece;
    return absl::OkStatus();
  };
  CheckpointWriter writer(append);
  for (size_t i = 0; i < sections->size(); ++i) {
    const CheckpointSection& section = (*sections)[i];
    if (!writer.Add(section.name, i == index % sections->size() ? contents : section.contents).ok()) std::abort();
  }
  if (!writer.Finish().ok()) std::abort();
  return bytes;
}

void Try(const std::string& checkpoint) {
  const std::unique_ptr<Trainer> trainer = NewTrainer();
  const auto restored = trainer->RestoreState(kIdentity, checkpoint);
  if (!restored.ok()) {
    if (!absl::IsDataLoss(restored.status()) && !absl::IsInvalidArgument(restored.status())) std::abort();
    return;
  }
  Deaf deaf;
  if (!trainer->Run(deaf, std::stop_token()).ok()) std::abort();
}

}  // namespace
}  // namespace traind::engine

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const std::string_view contents(reinterpret_cast<const char*>(data) + 1, size - 1);
  traind::engine::Try(traind::engine::WithSection(data[0], contents));
  return 0;
}
