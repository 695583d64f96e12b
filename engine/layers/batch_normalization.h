// Batch normalization, with the relu that follows it if there is one.
#ifndef TRAIND_ENGINE_LAYERS_BATCH_NORMALIZATION_H_
#define TRAIND_ENGINE_LAYERS_BATCH_NORMALIZATION_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/fields.h"
#include "engine/layers/layer.h"

namespace traind::engine {

struct BatchNormalizationSpec {
  static constexpr const char* kName = "batch_normalization";
  static constexpr bool kNeedsTwoRows = true;
  double momentum = 0.99;
  double epsilon = 1e-3;
  bool center = true;
  bool scale = true;

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("momentum", self.momentum, Share());
    visit("epsilon", self.epsilon, Epsilon());
    visit("center", self.center);
    visit("scale", self.scale);
  }

  int64_t Outputs(int64_t inputs) const { return inputs; }
  double Parameters(int64_t inputs) const;
  absl::StatusOr<std::unique_ptr<Layer>> Make(const LayerPlace& place) const;
};

// outputs = gamma * (inputs - mean) / sqrt(variance + epsilon) + beta (Ioffe and Szegedy 2015), with the statistics of
// the batch while training. Each forward pass then moves the moving statistics as Keras does:
//   moving = momentum * moving + (1 - momentum) * batch's
// with the biased variance; inference uses those. Weights, each [width]: `weight` (gamma) if scale, `bias` (beta) if
// center, `running_mean`, `running_var`. Before a relu the outputs are its outputs.
class BatchNormalization final : public Layer {
 public:
  BatchNormalization(const BatchNormalizationSpec& spec, LayerPlace place);

  int64_t inputs() const override { return place_.inputs; }
  int64_t outputs() const override { return place_.inputs; }
  std::vector<WeightDefinition> weights() const override;
  int64_t workspace(const LayerUse& use) const override;
  bool needs_two_rows() const override { return true; }
  absl::StatusOr<std::unique_ptr<CompiledLayer>> Compile(const LayerUse& use,
                                                         const LayerBuffers& buffers) const override;

 private:
  const BatchNormalizationSpec spec_;
  const LayerPlace place_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LAYERS_BATCH_NORMALIZATION_H_
