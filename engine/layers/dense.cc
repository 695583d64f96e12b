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

double DenseSpec::Parameters(int64_t inputs) const {
  return (static_cast<double>(inputs) + (use_bias ? 1 : 0)) * static_cast<double>(units);
}

absl::StatusOr<std::unique_ptr<Layer>> DenseSpec::Make(const LayerPlace& place) const {
  auto layout = FastestInnerProductWeights(place.rows, place.inputs, units);
  if (!layout.ok()) return layout.status();
  return std::make_unique<Dense>(*this, place, *std::move(layout));
}

void DenseSpec::CheckPlace(bool /*first*/, int64_t inputs, const std::string& path, Faults& faults) const {
  CheckInitializer(kernel_initializer, units, inputs, path + ".kernel_initializer", faults);
}

Dense::Dense(const DenseSpec& spec, LayerPlace place, Layout weight_layout)
    : spec_(spec), place_(std::move(place)), weight_layout_(std::move(weight_layout)) {}

std::vector<WeightDefinition> Dense::weights() const {
  std::vector<WeightDefinition> definitions = {{.name = place_.name + ".weight",
                                                .shape = {spec_.units, place_.inputs},
                                                .layout = weight_layout_,
                                                .initializer = spec_.kernel_initializer,
                                                .initial_shape = {.rows = spec_.units,
                                                                  .columns = place_.inputs,
                                                                  .fan_in = place_.inputs,
                                                                  .fan_out = spec_.units},
                                                .layer = place_.index,
                                                .regularizer = spec_.kernel_regularizer}};
  if (spec_.use_bias) {
    definitions.push_back({.name = place_.name + ".bias",
                           .shape = {spec_.units},
                           .layout = Layout::RowMajor({spec_.units}),
                           .trainable = !place_.before_batch_normalization || !spec_.bias_regularizer.empty(),
                           .initializer = spec_.bias_initializer,
                           .initial_shape = {.columns = spec_.units, .fan_in = spec_.units, .fan_out = spec_.units},
                           .layer = place_.index,
                           .regularizer = spec_.bias_regularizer});
  }
  return definitions;
}

int64_t Dense::workspace(const LayerUse& use) const {
  return InnerProductCopies(use.rows, place_.inputs, spec_.units, place_.bfloat16 && use.training);
}

absl::StatusOr<std::unique_ptr<CompiledLayer>> Dense::Compile(const LayerUse& use, const LayerBuffers& buffers) const {
  const WeightView kernel = buffers.weights[0];
  const WeightView bias = spec_.use_bias ? buffers.weights[1] : WeightView{};
  auto product = InnerProduct::Create(buffers.context,
                                      {.rows = use.rows,
                                       .inputs = place_.inputs,
                                       .outputs = spec_.units,
                                       .weights = weight_layout_,
                                       .bfloat16 = place_.bfloat16 && use.training},
                                      {.src = buffers.input,
                                       .weights = kernel.value,
                                       .bias = bias.value,
                                       .dst = buffers.output,
                                       .diff_dst = use.training ? buffers.output_gradient : nullptr,
                                       .diff_src = buffers.input_gradient,
                                       .diff_weights = kernel.gradient,
                                       .diff_bias = bias.gradient,
                                       .copies = buffers.workspace});
  if (!product.ok()) return product.status();
  return std::make_unique<CompiledDense>(*std::move(product));
}

}  // namespace traind::engine
