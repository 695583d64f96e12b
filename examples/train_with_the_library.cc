// Learns y = x * x with the engine alone: no server, no files, no network.
#include <cstdio>
#include <vector>

#include "engine/training/predictor.h"
#include "engine/training/trainer.h"

using namespace traind::engine;

struct LossPrinter final : TrainingObserver {
  void OnStep(const TrainingProgress& /*progress*/, double /*loss*/) override {}
  void OnEpoch(const TrainingProgress& progress, const MetricValues& values) override {
    std::printf("epoch %d: loss %.5f\n", static_cast<int>(progress.epoch), values.at("loss"));
  }
};

int main() {
  std::vector<float> x, y;
  for (int i = -500; i < 500; ++i) x.push_back(static_cast<float>(i) / 500), y.push_back(x.back() * x.back());
  const DatasetView data = {.shape = {.rows = 1000, .features = 1}, .features = x.data(), .targets = y.data()};
  TrainingSpec spec;
  spec.model.layers = {{"", DenseSpec{.units = 32}},
                       {"", ActivationSpec{.function = ActivationFunction::kRelu}},
                       {"", DenseSpec{.units = 1}}};
  spec.loss = MeanSquaredErrorSpec{};
  spec.optimizer.kind = AdamSpec{.learning_rate = 0.01};
  spec.epochs = 20;
  LossPrinter printer;
  auto trainer = Trainer::Create(spec, data, 1);
  if (!trainer.ok() || !(*trainer)->Run(printer, {}).ok()) return 1;
  float answer = 0;
  auto predictor = Predictor::Create(spec.model, 1, *(*trainer)->ExportWeights());
  if (!predictor.ok() || !(*predictor)->Predict({{0.5F}}, {&answer, 1}).ok()) return 1;
  std::printf("0.5 * 0.5 = %.3f\n", answer);
}
