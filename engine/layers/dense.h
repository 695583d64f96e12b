// A fully connected layer.
#ifndef TRAIND_ENGINE_LAYERS_DENSE_H_
#define TRAIND_ENGINE_LAYERS_DENSE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/faults.h"
#include "engine/core/fields.h"
#include "engine/layers/initializer.h"
#include "engine/layers/layer.h"
#include "engine/layers/regularizer.h"

namespace traind::engine {

inline constexpr int64_t kMaxUnits = 65'536;

struct DenseSpec {
  static constexpr const char* kName = "dense";
  int64_t units = 0;
  bool use_bias = true;
  Initializer kernel_initializer = {.kind = InitializerKind::kGlorotUniform};
  Initializer bias_initializer = {.kind = InitializerKind::kZeros};
  Regularizer kernel_regularizer = {};
  Regularizer bias_regularizer = {};

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("units", self.units, WholeRange{1, kMaxUnits});
    visit("use_bias", self.use_bias);
    visit("kernel_initializer", self.kernel_initializer);
    visit("bias_initializer", self.bias_initializer);
    visit("kernel_regularizer", self.kernel_regularizer);
    visit("bias_regularizer", self.bias_regularizer);
  }

  int64_t Outputs(int64_t /*inputs*/) const { return units; }
  double Parameters(int64_t inputs) const;
  absl::StatusOr<std::unique_ptr<Layer>> Make(const LayerPlace& place) const;
  void CheckPlace(bool first, int64_t inputs, const std::string& path, Faults& faults) const;
};

// outputs = inputs x transpose(weight) + bias. Weights: `weight` [units, inputs], `bias` [units] if there is one.
//
// Batch normalization takes away whatever a bias before it adds, so that bias's gradient is 0 by mathematics: none is
// computed, and the bias keeps its initial value unless a regularizer pulls at it. It still counts, in forward passes
// and exports.
class Dense final : public Layer {
 public:
  // `weight_layout` is how the weight and its gradient lie in memory, for every batch size that will be compiled.
  Dense(const DenseSpec& spec, LayerPlace place, Layout weight_layout);

  int64_t inputs() const override { return place_.inputs; }
  int64_t outputs() const override { return spec_.units; }
  std::vector<WeightDefinition> weights() const override;
  int64_t workspace(const LayerUse& use) const override;
  absl::StatusOr<std::unique_ptr<CompiledLayer>> Compile(const LayerUse& use,
                                                         const LayerBuffers& buffers) const override;

 private:
  const DenseSpec spec_;
  const LayerPlace place_;
  const Layout weight_layout_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LAYERS_DENSE_H_
