#include "engine/layers/batch_normalization.h"

#include <algorithm>
#include <span>
#include <utility>

#include "engine/core/aligned_buffer.h"
#include "engine/core/multiversion.h"
#include "engine/ops/batch_normalization.h"

namespace traind::engine {
namespace {

TRAIND_MULTIVERSION void MoveTowards(int64_t size, float share, const float* __restrict target,
                                     float* __restrict moving) {
  for (int64_t i = 0; i < size; ++i) moving[i] += share * (target[i] - moving[i]);
}

class CompiledTraining final : public CompiledLayer {
 public:
  CompiledTraining(BatchNormalizationOp op, std::span<const float> batch_mean, std::span<const float> batch_variance,
                   float share, float* moving_mean, float* moving_variance)
      : op_(std::move(op)),
        batch_mean_(batch_mean),
        batch_variance_(batch_variance),
        share_(share),
        moving_mean_(moving_mean),
        moving_variance_(moving_variance) {}

  absl::Status Forward() override {
    if (absl::Status status = op_.Forward(); !status.ok()) return status;
    const auto width = static_cast<int64_t>(batch_mean_.size());
    MoveTowards(width, share_, batch_mean_.data(), moving_mean_);
    MoveTowards(width, share_, batch_variance_.data(), moving_variance_);
    return absl::OkStatus();
  }

  absl::Status Backward() override { return op_.Backward(); }
  std::vector<std::string> implementations() const override { return op_.implementations(); }

 private:
  BatchNormalizationOp op_;
  const std::span<const float> batch_mean_;
  const std::span<const float> batch_variance_;
  const float share_;
  float* const moving_mean_;
  float* const moving_variance_;
};

class CompiledInference final : public CompiledLayer {
 public:
  explicit CompiledInference(BatchNormalizationOp op) : op_(std::move(op)) {}

  absl::Status Forward() override { return op_.Forward(); }
  absl::Status Backward() override { return absl::InternalError("no backward pass was compiled"); }
  std::vector<std::string> implementations() const override { return op_.implementations(); }

 private:
  BatchNormalizationOp op_;
};

// Where the parts of the workspace lie.
struct Workspace {
  Workspace(int64_t width, bool relu, const LayerUse& use) {
    if (!use.training) return;
    variance = AlignedBuffer::Aligned(width);
    mask = variance + AlignedBuffer::Aligned(width);
    // oneDNN keeps a bit or a byte for each number that the relu passed, in whole bytes a row.
    const int64_t mask_floats = relu ? use.rows * std::max<int64_t>(width, 16) / 4 + 16 : 0;
    unwanted_gradient = mask + AlignedBuffer::Aligned(mask_floats);
    floats = unwanted_gradient + (use.wants_input_gradient ? 0 : use.rows * width);
  }

  int64_t mean = 0;  // of the batch, as is the variance
  int64_t variance = 0;
  int64_t mask = 0;
  int64_t unwanted_gradient = 0;  // of the input: oneDNN always writes one
  int64_t floats = 0;
};

}  // namespace

double BatchNormalizationSpec::Parameters(int64_t inputs) const {
  return static_cast<double>(inputs) * (2 + (center ? 1 : 0) + (scale ? 1 : 0));
}

absl::StatusOr<std::unique_ptr<Layer>> BatchNormalizationSpec::Make(const LayerPlace& place) const {
  return std::make_unique<BatchNormalization>(*this, place);
}

BatchNormalization::BatchNormalization(const BatchNormalizationSpec& spec, LayerPlace place)
    : spec_(spec), place_(std::move(place)) {}

std::vector<WeightDefinition> BatchNormalization::weights() const {
  const auto define = [&](const char* name, bool trainable, InitializerKind initializer) {
    return WeightDefinition{.name = place_.name + name,
                            .shape = {place_.inputs},
                            .layout = Layout::RowMajor({place_.inputs}),
                            .trainable = trainable,
                            .initializer = {.kind = initializer},
                            .layer = place_.index};
  };
  std::vector<WeightDefinition> definitions;
  if (spec_.scale) definitions.push_back(define(".weight", true, InitializerKind::kOnes));
  if (spec_.center) definitions.push_back(define(".bias", true, InitializerKind::kZeros));
  definitions.push_back(define(".running_mean", false, InitializerKind::kZeros));
  definitions.push_back(define(".running_var", false, InitializerKind::kOnes));
  return definitions;
}

int64_t BatchNormalization::workspace(const LayerUse& use) const {
  return Workspace(place_.inputs, place_.before_relu, use).floats;
}

absl::StatusOr<std::unique_ptr<CompiledLayer>> BatchNormalization::Compile(const LayerUse& use,
                                                                           const LayerBuffers& buffers) const {
  auto weight = buffers.weights.begin();
  const WeightView gamma = spec_.scale ? *weight++ : WeightView{};
  const WeightView beta = spec_.center ? *weight++ : WeightView{};
  float* const moving_mean = (weight++)->value;
  float* const moving_variance = (weight++)->value;

  const BatchNormalizationOpConfig op_config = {.rows = use.rows,
                                                .channels = place_.inputs,
                                                .epsilon = static_cast<float>(spec_.epsilon),
                                                .relu = place_.before_relu};
  BatchNormalizationBuffers op_buffers = {
      .src = buffers.input, .scale = gamma.value, .shift = beta.value, .dst = buffers.output};
  if (!use.training) {
    op_buffers.mean = moving_mean;
    op_buffers.variance = moving_variance;
    auto op = BatchNormalizationOp::Create(buffers.context, op_config, op_buffers);
    if (!op.ok()) return op.status();
    return std::make_unique<CompiledInference>(*std::move(op));
  }

  const Workspace place(place_.inputs, place_.before_relu, use);
  float* const workspace = buffers.workspace.data();
  op_buffers.mean = workspace + place.mean;
  op_buffers.variance = workspace + place.variance;
  op_buffers.mask = buffers.workspace.subspan(place.mask, place.unwanted_gradient - place.mask);
  op_buffers.diff_dst = buffers.output_gradient;
  op_buffers.diff_src = use.wants_input_gradient ? buffers.input_gradient : workspace + place.unwanted_gradient;
  op_buffers.diff_scale = gamma.gradient;
  op_buffers.diff_shift = beta.gradient;
  auto op = BatchNormalizationOp::Create(buffers.context, op_config, op_buffers);
  if (!op.ok()) return op.status();
  const auto width = static_cast<std::size_t>(place_.inputs);
  return std::make_unique<CompiledTraining>(*std::move(op), std::span(op_buffers.mean, width),
                                            std::span(op_buffers.variance, width),
                                            static_cast<float>(1 - spec_.momentum), moving_mean, moving_variance);
}

}  // namespace traind::engine
