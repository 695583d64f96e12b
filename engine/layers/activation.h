// A function of each value or each row.
#ifndef TRAIND_ENGINE_LAYERS_ACTIVATION_H_
#define TRAIND_ENGINE_LAYERS_ACTIVATION_H_

#include <array>
#include <cstdint>
#include <memory>

#include "engine/core/fields.h"
#include "engine/layers/layer.h"

namespace traind::engine {

enum class ActivationFunction {
  kRelu,
  kLeakyRelu,
  kElu,
  kSelu,
  kGelu,
  kSilu,
  kSigmoid,
  kTanh,
  kSoftplus,
  kSoftmax,
  kLinear,
};

constexpr auto NamesOf(ActivationFunction) {
  using Function = ActivationFunction;
  return std::to_array<EnumName<Function>>({{Function::kRelu, "RELU"},
                                            {Function::kLeakyRelu, "LEAKY_RELU"},
                                            {Function::kElu, "ELU"},
                                            {Function::kSelu, "SELU"},
                                            {Function::kGelu, "GELU"},
                                            {Function::kSilu, "SILU"},
                                            {Function::kSigmoid, "SIGMOID"},
                                            {Function::kTanh, "TANH"},
                                            {Function::kSoftplus, "SOFTPLUS"},
                                            {Function::kSoftmax, "SOFTMAX"},
                                            {Function::kLinear, "LINEAR"}});
}

struct ActivationSpec {
  static constexpr const char* kName = "activation";
  ActivationFunction function = ActivationFunction::kRelu;
  double negative_slope = 0.2;  // of kLeakyRelu, Keras's default
  double alpha = 1.0;           // of kElu

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("function", self.function, Required());
    visit("negative_slope", self.negative_slope, Between(0, 1e6));
    visit("alpha", self.alpha, Between(0, 1e6));
  }

  int64_t Outputs(int64_t inputs) const { return inputs; }
  double Parameters(int64_t /*inputs*/) const { return 0; }
  // Nothing for kLinear.
  absl::StatusOr<std::unique_ptr<Layer>> Make(const LayerPlace& place) const;
};

// No weights. A relu after batch normalization needs no layer: that one brings its own.
class Activation final : public Layer {
 public:
  Activation(const ActivationSpec& spec, int64_t width) : spec_(spec), width_(width) {}

  int64_t inputs() const override { return width_; }
  int64_t outputs() const override { return width_; }
  absl::StatusOr<std::unique_ptr<CompiledLayer>> Compile(const LayerUse& use,
                                                         const LayerBuffers& buffers) const override;

 private:
  const ActivationSpec spec_;
  const int64_t width_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LAYERS_ACTIVATION_H_
