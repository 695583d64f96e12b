// A skip around a list of layers.
#ifndef TRAIND_ENGINE_LAYERS_RESIDUAL_H_
#define TRAIND_ENGINE_LAYERS_RESIDUAL_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/faults.h"
#include "engine/core/fields.h"
#include "engine/layers/layer.h"
#include "engine/layers/stack.h"

namespace traind::engine {

struct LayerSpec;

struct ResidualSpec {
  static constexpr const char* kName = "residual";
  std::vector<LayerSpec> layers;  // at least one; they end as wide as they begin

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("layers", self.layers, WholeRange{1, 1'000});
  }

  int64_t Outputs(int64_t inputs) const { return inputs; }
  double Parameters(int64_t inputs) const;
  absl::StatusOr<std::unique_ptr<Layer>> Make(const LayerPlace& place) const;
  void CheckPlace(bool first, int64_t inputs, const std::string& path, Faults& faults) const;
};

// outputs = inputs + layers(inputs) (He et al. 2016). Weights: those of the layers. A relu after the sum is a layer of
// its own, after this one. While training it keeps what the layers gave beside its outputs, since some of them take
// their gradients from that.
class Residual final : public Layer {
 public:
  explicit Residual(Stack layers) : layers_(std::move(layers)) {}

  int64_t inputs() const override { return layers_.inputs(); }
  int64_t outputs() const override { return layers_.inputs(); }
  std::vector<WeightDefinition> weights() const override { return layers_.weights(); }
  int64_t workspace(const LayerUse& use) const override;
  bool needs_two_rows() const override { return layers_.needs_two_rows(); }
  absl::StatusOr<std::unique_ptr<CompiledLayer>> Compile(const LayerUse& use,
                                                         const LayerBuffers& buffers) const override;

 private:
  const Stack layers_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LAYERS_RESIDUAL_H_
