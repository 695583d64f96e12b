#include "engine/layers/activation.h"

#include <utility>

#include "engine/ops/relu.h"

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

}  // namespace

absl::StatusOr<std::unique_ptr<CompiledLayer>> Relu::Compile(const LayerBuffers& buffers) const {
  auto op = ReluOp::Create(buffers.context, buffers.rows * width_,
                           {.src = buffers.input,
                            .dst = buffers.output,
                            .diff_dst = buffers.output_gradient,
                            .diff_src = buffers.training ? buffers.input_gradient : nullptr});
  if (!op.ok()) return op.status();
  return std::make_unique<CompiledRelu>(*std::move(op));
}

}  // namespace traind::engine
