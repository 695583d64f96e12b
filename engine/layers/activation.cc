#include "engine/layers/activation.h"

#include <utility>

#include "engine/ops/relu.h"
#include "engine/ops/softmax.h"

namespace traind::engine {
namespace {

class CompiledRelu final : public CompiledLayer {
 public:
  explicit CompiledRelu(ReluOp op) : op_(std::move(op)) {}

  absl::Status Forward() override { return op_.Forward(); }
  absl::Status Backward() override { return op_.Backward(); }
  std::vector<std::string> implementations() const override { return op_.implementations(); }

 private:
  ReluOp op_;
};

class CompiledOp final : public CompiledLayer {
 public:
  explicit CompiledOp(Op op) : op_(std::move(op)) {}

  absl::Status Forward() override { return op_.Run(); }
  absl::Status Backward() override { return absl::InternalError("no backward pass was compiled"); }
  std::vector<std::string> implementations() const override { return {op_.implementation()}; }

 private:
  Op op_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Layer>> ActivationSpec::Make(const LayerPlace& place) const {
  if (function == ActivationFunction::kLinear) return nullptr;
  return std::make_unique<Activation>(*this, place.inputs);
}

absl::StatusOr<std::unique_ptr<CompiledLayer>> Activation::Compile(const LayerUse& use,
                                                                   const LayerBuffers& buffers) const {
  if (spec_.function == ActivationFunction::kSoftmax && !use.training) {
    auto softmax = CreateSoftmax(buffers.context, use.rows, width_, buffers.input, buffers.output);
    if (!softmax.ok()) return softmax.status();
    return std::make_unique<CompiledOp>(*std::move(softmax));
  }
  if (spec_.function != ActivationFunction::kRelu) return absl::UnimplementedError("activation");
  auto op = ReluOp::Create(buffers.context, use.rows * width_,
                           {.src = buffers.input,
                            .dst = buffers.output,
                            .diff_dst = buffers.output_gradient,
                            .diff_src = use.training ? buffers.input_gradient : nullptr});
  if (!op.ok()) return op.status();
  return std::make_unique<CompiledRelu>(*std::move(op));
}

}  // namespace traind::engine
