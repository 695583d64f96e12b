// Layer normalization.
#ifndef TRAIND_ENGINE_LAYERS_LAYER_NORMALIZATION_H_
#define TRAIND_ENGINE_LAYERS_LAYER_NORMALIZATION_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/core/fields.h"
#include "engine/layers/layer.h"

namespace traind::engine {

struct LayerNormalizationSpec {
  static constexpr const char* kName = "layer_normalization";
  double epsilon = 1e-3;
  bool center = true;
  bool scale = true;

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("epsilon", self.epsilon, Epsilon());
    visit("center", self.center);
    visit("scale", self.scale);
  }

  int64_t Outputs(int64_t inputs) const { return inputs; }
  double Parameters(int64_t inputs) const;
  absl::StatusOr<std::unique_ptr<Layer>> Make(const LayerPlace& place) const;
};

// outputs = gamma * (inputs - mean) / sqrt(variance + epsilon) + beta (Ba et al. 2016), with the mean and the biased
// variance of each row: a row's outputs do not depend on the rows beside it, and inference computes what training does.
// A row of equal values, one of a single value for instance, gives beta. Weights, each [width]: `weight` (gamma) if
// scale, `bias` (beta) if center.
class LayerNormalization final : public Layer {
 public:
  LayerNormalization(const LayerNormalizationSpec& spec, LayerPlace place);

  int64_t inputs() const override { return place_.inputs; }
  int64_t outputs() const override { return place_.inputs; }
  std::vector<WeightDefinition> weights() const override;
  int64_t workspace(const LayerUse& use) const override;
  absl::StatusOr<std::unique_ptr<CompiledLayer>> Compile(const LayerUse& use,
                                                         const LayerBuffers& buffers) const override;

 private:
  const LayerNormalizationSpec spec_;
  const LayerPlace place_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LAYERS_LAYER_NORMALIZATION_H_
