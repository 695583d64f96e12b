#include "engine/layers/dense.h"

#include <utility>

#include "engine/ops/inner_product.h"

namespace traind::engine {
namespace {

class CompiledDense final : public CompiledLayer {
 public:
  explicit CompiledDense(InnerProduct product) : product_(std::move(product)) {}

  absl::Status Forward() override { return product_.Forward(); }

  absl::Status Backward() override {
    if (absl::Status status = product_.BackwardWeights(); !status.ok()) return status;
    return product_.BackwardData();
  }

  std::vector<std::string> implementations() const override { return product_.implementations(); }

 private:
  InnerProduct product_;
};

}  // namespace

Dense::Dense(DenseConfig config, Layout weight_layout)
    : config_(std::move(config)), weight_layout_(std::move(weight_layout)) {}

std::vector<WeightDefinition> Dense::weights() const {
  std::vector<WeightDefinition> definitions = {{.name = config_.name + ".weight",
                                                .shape = {config_.units, config_.inputs},
                                                .layout = weight_layout_,
                                                .initializer = config_.kernel_initializer,
                                                .fan_in = config_.inputs,
                                                .fan_out = config_.units}};
  if (config_.use_bias) {
    definitions.push_back({.name = config_.name + ".bias",
                           .shape = {config_.units},
                           .layout = Layout::RowMajor({config_.units}),
                           .trainable = !config_.bias_is_cancelled,
                           .initializer = config_.bias_initializer,
                           .fan_in = config_.units,
                           .fan_out = config_.units});
  }
  return definitions;
}

absl::StatusOr<std::unique_ptr<CompiledLayer>> Dense::Compile(const LayerBuffers& buffers) const {
  const WeightView kernel = buffers.weights[0];
  const WeightView bias = config_.use_bias ? buffers.weights[1] : WeightView{};
  auto product = InnerProduct::Create(
      buffers.context,
      {.rows = buffers.rows, .inputs = config_.inputs, .outputs = config_.units, .weights = weight_layout_},
      {.src = buffers.input,
       .weights = kernel.value,
       .bias = bias.value,
       .dst = buffers.output,
       .diff_dst = buffers.training ? buffers.output_gradient : nullptr,
       .diff_src = buffers.input_gradient,
       .diff_weights = kernel.gradient,
       .diff_bias = bias.gradient});
  if (!product.ok()) return product.status();
  return std::make_unique<CompiledDense>(*std::move(product));
}

}  // namespace traind::engine
