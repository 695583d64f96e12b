#include "engine/layers/batch_normalization.h"

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

// Memory of a compiled layer that trains.
struct Statistics {
  explicit Statistics(int64_t width) : mean(width), variance(width) {}

  AlignedBuffer mean;  // of the batch
  AlignedBuffer variance;
  AlignedBuffer unwanted_gradient;  // of the input: oneDNN always writes one
};

class CompiledTraining final : public CompiledLayer {
 public:
  CompiledTraining(const BatchNormalizationConfig& config, BatchNormalizationOp op, Statistics batch,
                   float* moving_mean, float* moving_variance)
      : width_(config.width),
        share_(static_cast<float>(1 - config.momentum)),
        op_(std::move(op)),
        batch_(std::move(batch)),
        moving_mean_(moving_mean),
        moving_variance_(moving_variance) {}

  absl::Status Forward() override {
    if (absl::Status status = op_.Forward(); !status.ok()) return status;
    MoveTowards(width_, share_, batch_.mean.data(), moving_mean_);
    MoveTowards(width_, share_, batch_.variance.data(), moving_variance_);
    return absl::OkStatus();
  }

  absl::Status Backward() override { return op_.Backward(); }
  std::vector<std::string> implementations() const override { return op_.implementations(); }

 private:
  const int64_t width_;
  const float share_;
  BatchNormalizationOp op_;
  Statistics batch_;
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

}  // namespace

BatchNormalization::BatchNormalization(BatchNormalizationConfig config) : config_(std::move(config)) {}

std::vector<WeightDefinition> BatchNormalization::weights() const {
  const auto define = [&](const char* name, bool trainable, Initializer initializer) {
    return WeightDefinition{.name = config_.name + name,
                            .shape = {config_.width},
                            .layout = Layout::RowMajor({config_.width}),
                            .trainable = trainable,
                            .initializer = initializer};
  };
  std::vector<WeightDefinition> definitions;
  if (config_.scale) definitions.push_back(define(".weight", true, Initializer::kOnes));
  if (config_.center) definitions.push_back(define(".bias", true, Initializer::kZeros));
  definitions.push_back(define(".running_mean", false, Initializer::kZeros));
  definitions.push_back(define(".running_var", false, Initializer::kOnes));
  return definitions;
}

int64_t BatchNormalization::training_bytes(int64_t rows, bool input_gradient) const {
  const int64_t statistics = 2 * config_.width * static_cast<int64_t>(sizeof(float));
  const int64_t numbers = rows * config_.width;
  const int64_t workspace = config_.relu ? numbers : 0;  // oneDNN's, which numbers were above 0: a bit or a byte each
  const int64_t unwanted_gradient = input_gradient ? 0 : numbers * static_cast<int64_t>(sizeof(float));
  return statistics + workspace + unwanted_gradient;
}

absl::StatusOr<std::unique_ptr<CompiledLayer>> BatchNormalization::Compile(const LayerBuffers& buffers) const {
  auto weight = buffers.weights.begin();
  const WeightView gamma = config_.scale ? *weight++ : WeightView{};
  const WeightView beta = config_.center ? *weight++ : WeightView{};
  float* const moving_mean = (weight++)->value;
  float* const moving_variance = (weight++)->value;

  const BatchNormalizationOpConfig op_config = {.rows = buffers.rows,
                                                .channels = config_.width,
                                                .epsilon = static_cast<float>(config_.epsilon),
                                                .relu = config_.relu};
  BatchNormalizationBuffers op_buffers = {
      .src = buffers.input, .scale = gamma.value, .shift = beta.value, .dst = buffers.output};
  if (!buffers.training) {
    op_buffers.mean = moving_mean;
    op_buffers.variance = moving_variance;
    auto op = BatchNormalizationOp::Create(buffers.context, op_config, op_buffers);
    if (!op.ok()) return op.status();
    return std::make_unique<CompiledInference>(*std::move(op));
  }

  Statistics batch(config_.width);
  op_buffers.mean = batch.mean.data();
  op_buffers.variance = batch.variance.data();
  op_buffers.diff_dst = buffers.output_gradient;
  op_buffers.diff_src = buffers.input_gradient;
  op_buffers.diff_scale = gamma.gradient;
  op_buffers.diff_shift = beta.gradient;
  if (buffers.input_gradient == nullptr) {
    batch.unwanted_gradient = AlignedBuffer(buffers.rows * config_.width);
    op_buffers.diff_src = batch.unwanted_gradient.data();
  }
  auto op = BatchNormalizationOp::Create(buffers.context, op_config, op_buffers);
  if (!op.ok()) return op.status();
  return std::make_unique<CompiledTraining>(config_, *std::move(op), std::move(batch), moving_mean, moving_variance);
}

}  // namespace traind::engine
