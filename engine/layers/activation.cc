#include "engine/layers/activation.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "engine/core/multiversion.h"
#include "engine/ops/eltwise.h"
#include "engine/ops/softmax.h"

namespace traind::engine {
namespace {

// Klambauer et al. 2017.
constexpr float kSeluAlpha = 1.6732632423543772f;
constexpr float kSeluScale = 1.0507009873554805f;

TRAIND_MULTIVERSION void SeluBackward(int64_t size, const float* __restrict output,
                                      const float* __restrict output_gradient, float* __restrict input_gradient) {
  for (int64_t i = 0; i < size; ++i) {
    const float slope = output[i] > 0 ? kSeluScale : output[i] + kSeluScale * kSeluAlpha;
    input_gradient[i] = output_gradient[i] * slope;
  }
}

template <typename ActivationOp>
class CompiledActivation final : public CompiledLayer {
 public:
  explicit CompiledActivation(ActivationOp op) : op_(std::move(op)) {}

  absl::Status Forward() override { return op_.Forward(); }
  absl::Status Backward() override { return op_.Backward(); }
  std::vector<std::string> implementations() const override { return op_.implementations(); }

 private:
  ActivationOp op_;
};

template <typename ActivationOp>
absl::StatusOr<std::unique_ptr<CompiledLayer>> Compiled(absl::StatusOr<ActivationOp> op) {
  if (!op.ok()) return op.status();
  return std::make_unique<CompiledActivation<ActivationOp>>(*std::move(op));
}

// oneDNN's elu leaves values above 0 as they are; they and the others are scaled after it.
class CompiledSelu final : public CompiledLayer {
 public:
  CompiledSelu(EltwiseOp elu, EltwiseOp scale, int64_t size, const LayerBuffers& buffers)
      : elu_(std::move(elu)),
        scale_(std::move(scale)),
        size_(size),
        output_(buffers.output),
        output_gradient_(buffers.output_gradient),
        input_gradient_(buffers.input_gradient) {}

  absl::Status Forward() override {
    if (absl::Status status = elu_.Forward(); !status.ok()) return status;
    return scale_.Forward();
  }

  absl::Status Backward() override {
    if (input_gradient_ != nullptr) SeluBackward(size_, output_, output_gradient_, input_gradient_);
    return absl::OkStatus();
  }

  std::vector<std::string> implementations() const override {
    std::vector<std::string> names = elu_.implementations();
    std::ranges::move(scale_.implementations(), std::back_inserter(names));
    return names;
  }

 private:
  const EltwiseOp elu_;
  const EltwiseOp scale_;
  const int64_t size_;
  const float* const output_;
  const float* const output_gradient_;
  float* const input_gradient_;
};

EltwiseConfig EltwiseOf(const ActivationSpec& spec, int64_t size) {
  switch (spec.function) {
    case ActivationFunction::kRelu:
      return {.size = size, .function = EltwiseFunction::kRelu};
    case ActivationFunction::kLeakyRelu:
      return {.size = size, .function = EltwiseFunction::kRelu, .alpha = static_cast<float>(spec.negative_slope)};
    case ActivationFunction::kElu:
      return {.size = size, .function = EltwiseFunction::kElu, .alpha = static_cast<float>(spec.alpha)};
    case ActivationFunction::kGelu:
      return {.size = size, .function = EltwiseFunction::kGelu};
    case ActivationFunction::kSilu:
      return {.size = size, .function = EltwiseFunction::kSwish, .alpha = 1};
    case ActivationFunction::kSigmoid:
      return {.size = size, .function = EltwiseFunction::kLogistic};
    case ActivationFunction::kTanh:
      return {.size = size, .function = EltwiseFunction::kTanh};
    case ActivationFunction::kSoftplus:
      return {.size = size, .function = EltwiseFunction::kSoftRelu};
    case ActivationFunction::kSelu:
    case ActivationFunction::kSoftmax:
    case ActivationFunction::kLinear:
      break;
  }
  return {.size = size, .function = EltwiseFunction::kLinear, .alpha = 1};
}

absl::StatusOr<std::unique_ptr<CompiledLayer>> CompileSelu(int64_t size, const LayerBuffers& buffers) {
  auto elu = EltwiseOp::Create(buffers.context, {.size = size, .function = EltwiseFunction::kElu, .alpha = kSeluAlpha},
                               {.src = buffers.input, .dst = buffers.output});
  if (!elu.ok()) return elu.status();
  auto scale =
      EltwiseOp::Create(buffers.context, {.size = size, .function = EltwiseFunction::kLinear, .alpha = kSeluScale},
                        {.src = buffers.output, .dst = buffers.output});
  if (!scale.ok()) return scale.status();
  return std::make_unique<CompiledSelu>(*std::move(elu), *std::move(scale), size, buffers);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Layer>> ActivationSpec::Make(const LayerPlace& place) const {
  if (function == ActivationFunction::kLinear) return nullptr;
  return std::make_unique<Activation>(*this, place.inputs);
}

absl::StatusOr<std::unique_ptr<CompiledLayer>> Activation::Compile(const LayerUse& use,
                                                                   const LayerBuffers& buffers) const {
  const int64_t size = use.rows * width_;
  if (spec_.function == ActivationFunction::kSelu) return CompileSelu(size, buffers);
  if (spec_.function == ActivationFunction::kSoftmax) {
    return Compiled(SoftmaxOp::Create(buffers.context, use.rows, width_,
                                      {.src = buffers.input,
                                       .dst = buffers.output,
                                       .diff_dst = buffers.output_gradient,
                                       .diff_src = buffers.input_gradient}));
  }
  return Compiled(EltwiseOp::Create(buffers.context, EltwiseOf(spec_, size),
                                    {.src = buffers.input,
                                     .dst = buffers.output,
                                     .diff_dst = buffers.output_gradient,
                                     .diff_src = buffers.input_gradient}));
}

}  // namespace traind::engine
