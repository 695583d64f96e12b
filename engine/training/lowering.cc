#include "engine/training/lowering.h"

#include <string>
#include <utility>
#include <variant>

#include "engine/layers/activation.h"
#include "engine/layers/batch_normalization.h"
#include "engine/layers/dense.h"
#include "engine/losses/categorical_crossentropy.h"
#include "engine/metrics/accuracy.h"
#include "engine/ops/inner_product.h"
#include "engine/optimizers/adam.h"
#include "engine/optimizers/sgd.h"
#include "engine/training/layer_names.h"
#include "engine/training/overloaded.h"

namespace traind::engine {
namespace {

bool IsBatchNormalization(const LayerSpec& layer) { return std::holds_alternative<BatchNormalizationSpec>(layer.kind); }

bool IsRelu(const LayerSpec& layer) {
  const auto* activation = std::get_if<ActivationSpec>(&layer.kind);
  return activation != nullptr && activation->function == ActivationFunction::kRelu;
}

}  // namespace

absl::StatusOr<Network> LowerModel(const ModelSpec& model, int64_t features, int64_t rows) {
  const std::vector<std::string> names = DefaultLayerNames(model);
  const std::size_t count = model.layers.size();
  Network network;
  int64_t width = features;
  for (std::size_t i = 0; i < count; ++i) {
    const LayerSpec& spec = model.layers[i];
    const LayerSpec* const next = i + 1 < count ? &model.layers[i + 1] : nullptr;
    const auto index = static_cast<int64_t>(i);
    if (const auto* dense = std::get_if<DenseSpec>(&spec.kind)) {
      auto layout = FastestInnerProductWeights(rows, width, dense->units);
      if (!layout.ok()) return layout.status();
      network.layers.push_back(
          {std::make_unique<Dense>(DenseConfig{.name = names[i],
                                               .inputs = width,
                                               .units = dense->units,
                                               .use_bias = dense->use_bias,
                                               .bias_is_cancelled = next != nullptr && IsBatchNormalization(*next),
                                               .kernel_initializer = dense->kernel_initializer,
                                               .bias_initializer = dense->bias_initializer},
                                   *std::move(layout)),
           index});
      width = dense->units;
    } else if (const auto* normalization = std::get_if<BatchNormalizationSpec>(&spec.kind)) {
      const bool relu = next != nullptr && IsRelu(*next);
      network.layers.push_back(
          {std::make_unique<BatchNormalization>(BatchNormalizationConfig{.name = names[i],
                                                                         .width = width,
                                                                         .momentum = normalization->momentum,
                                                                         .epsilon = normalization->epsilon,
                                                                         .center = normalization->center,
                                                                         .scale = normalization->scale,
                                                                         .relu = relu}),
           index});
      network.has_batch_normalization = true;
      if (relu) ++i;
    } else if (IsRelu(spec)) {
      network.layers.push_back({std::make_unique<Relu>(width), index});
    } else {
      network.ends_with_softmax = true;
    }
  }
  return network;
}

std::unique_ptr<Loss> MakeLoss(const LossSpec& spec) {
  return std::visit(Overloaded{[](const CategoricalCrossentropySpec&) -> std::unique_ptr<Loss> {
                      return std::make_unique<CategoricalCrossentropy>();
                    }},
                    spec);
}

std::unique_ptr<Optimizer> MakeOptimizer(const OptimizerSpec& spec, int64_t size) {
  return std::visit(Overloaded{[&](const SgdSpec& sgd) -> std::unique_ptr<Optimizer> {
                                 return std::make_unique<Sgd>(sgd.learning_rate, sgd.momentum, size);
                               },
                               [&](const AdamSpec& adam) -> std::unique_ptr<Optimizer> {
                                 return std::make_unique<Adam>(AdamConfig{.learning_rate = adam.learning_rate,
                                                                          .beta_1 = adam.beta_1,
                                                                          .beta_2 = adam.beta_2,
                                                                          .epsilon = adam.epsilon},
                                                               size);
                               }},
                    spec);
}

std::vector<std::unique_ptr<MetricAccumulator>> MakeMetrics(const std::vector<Metric>& metrics) {
  std::vector<std::unique_ptr<MetricAccumulator>> accumulators;
  for (const Metric metric : metrics) {
    switch (metric) {
      case Metric::kAccuracy:
        accumulators.push_back(std::make_unique<Accuracy>());
        break;
    }
  }
  return accumulators;
}

}  // namespace traind::engine
