#include "engine/layers/layer_normalization.h"

#include <utility>

#include "engine/core/aligned_buffer.h"
#include "engine/ops/layer_normalization.h"

namespace traind::engine {
namespace {

class CompiledLayerNormalization final : public CompiledLayer {
 public:
  explicit CompiledLayerNormalization(LayerNormalizationOp op) : op_(std::move(op)) {}

  absl::Status Forward() override { return op_.Forward(); }
  absl::Status Backward() override { return op_.Backward(); }
  std::vector<std::string> implementations() const override { return op_.implementations(); }

 private:
  const LayerNormalizationOp op_;
};

// Where the parts of the workspace lie, after the means of the rows.
struct Workspace {
  Workspace(int64_t width, const LayerUse& use) {
    if (!use.training) return;
    variance = AlignedBuffer::Aligned(use.rows);
    unwanted_gradient = variance + AlignedBuffer::Aligned(use.rows);
    floats = unwanted_gradient + (use.wants_input_gradient ? 0 : use.rows * width);
  }

  int64_t variance = 0;
  int64_t unwanted_gradient = 0;  // of the input: oneDNN always writes one
  int64_t floats = 0;
};

}  // namespace

double LayerNormalizationSpec::Parameters(int64_t inputs) const {
  return static_cast<double>(inputs) * ((center ? 1 : 0) + (scale ? 1 : 0));
}

absl::StatusOr<std::unique_ptr<Layer>> LayerNormalizationSpec::Make(const LayerPlace& place) const {
  return std::make_unique<LayerNormalization>(*this, place);
}

LayerNormalization::LayerNormalization(const LayerNormalizationSpec& spec, LayerPlace place)
    : spec_(spec), place_(std::move(place)) {}

std::vector<WeightDefinition> LayerNormalization::weights() const {
  const auto define = [&](const char* name, InitializerKind initializer) {
    return WeightDefinition{.name = place_.name + name,
                            .shape = {place_.inputs},
                            .layout = Layout::RowMajor({place_.inputs}),
                            .initializer = {.kind = initializer},
                            .layer = place_.index};
  };
  std::vector<WeightDefinition> definitions;
  if (spec_.scale) definitions.push_back(define(".weight", InitializerKind::kOnes));
  if (spec_.center) definitions.push_back(define(".bias", InitializerKind::kZeros));
  return definitions;
}

int64_t LayerNormalization::workspace(const LayerUse& use) const { return Workspace(place_.inputs, use).floats; }

absl::StatusOr<std::unique_ptr<CompiledLayer>> LayerNormalization::Compile(const LayerUse& use,
                                                                           const LayerBuffers& buffers) const {
  auto weight = buffers.weights.begin();
  const WeightView gamma = spec_.scale ? *weight++ : WeightView{};
  const WeightView beta = spec_.center ? *weight++ : WeightView{};
  LayerNormalizationBuffers op_buffers = {
      .src = buffers.input, .scale = gamma.value, .shift = beta.value, .dst = buffers.output};
  if (use.training) {
    const Workspace place(place_.inputs, use);
    float* const workspace = buffers.workspace.data();
    op_buffers.mean = workspace;
    op_buffers.variance = workspace + place.variance;
    op_buffers.diff_dst = buffers.output_gradient;
    op_buffers.diff_src = use.wants_input_gradient ? buffers.input_gradient : workspace + place.unwanted_gradient;
    op_buffers.diff_scale = gamma.gradient;
    op_buffers.diff_shift = beta.gradient;
  }
  auto op = LayerNormalizationOp::Create(
      buffers.context, {.rows = use.rows, .width = place_.inputs, .epsilon = static_cast<float>(spec_.epsilon)},
      op_buffers);
  if (!op.ok()) return op.status();
  return std::make_unique<CompiledLayerNormalization>(*std::move(op));
}

}  // namespace traind::engine
