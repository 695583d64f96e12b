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
  kRelu,       // max(x, 0)
  kLeakyRelu,  // x > 0 ? x : negative_slope * x
  kElu,        // x > 0 ? x : alpha * (exp(x) - 1)         Clevert et al. 2016
  kSelu,       // 1.0507 * elu(x) with alpha 1.6733        Klambauer et al. 2017
  kGelu,       // x / 2 * (1 + erf(x / sqrt(2)))           Hendrycks and Gimpel 2016, not its approximation by tanh
  kSilu,       // x / (1 + exp(-x))                        also called swish
  kSigmoid,    // 1 / (1 + exp(-x))
  kTanh,       // tanh(x)
  kSoftplus,   // log(1 + exp(x))
  kSoftmax,    // exp(x) / sum(exp(x)) over each row
  kLinear,     // x
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

// No weights. Inputs between -1e4 and 1e4 give finite outputs and gradients. Softmax before categorical cross-entropy
// and sigmoid before binary cross-entropy are not made in training: those losses bring them. A relu after batch
// normalization needs no layer: that one brings its own.
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
