#include "engine/ops/relu.h"

#include <dnnl.hpp>

#include "engine/ops/onednn.h"

namespace traind::engine {

absl::StatusOr<ReluOp> ReluOp::Create(const OpContext& context, int64_t size, const ReluBuffers& buffers) {
  return onednn::Guarded("a relu", [&]() -> absl::StatusOr<ReluOp> {
    const auto data = onednn::RowMajor({size});
    const bool training = buffers.diff_src != nullptr;
    const auto kind = training ? dnnl::prop_kind::forward_training : dnnl::prop_kind::forward_inference;
    // The gradient is taken from dst, so that src need not be kept.
    const auto algorithm = training ? dnnl::algorithm::eltwise_relu_use_dst_for_bwd : dnnl::algorithm::eltwise_relu;

    ReluOp op;
    const auto forward = onednn::DescribeEltwise(onednn::Attributes(), kind, algorithm, data);
    op.forward_ = onednn::Bind(context, dnnl::eltwise_forward(forward), forward,
                               {{DNNL_ARG_SRC, data, buffers.src}, {DNNL_ARG_DST, data, buffers.dst}});
    if (!training) return op;
    const auto backward = onednn::DescribeEltwiseBackward(onednn::Attributes(), algorithm, data, forward);
    op.backward_ = onednn::Bind(context, dnnl::eltwise_backward(backward), backward,
                                {{DNNL_ARG_DST, data, buffers.dst},
                                 {DNNL_ARG_DIFF_DST, data, buffers.diff_dst},
                                 {DNNL_ARG_DIFF_SRC, data, buffers.diff_src}});
    return op;
  });
}

std::vector<std::string> ReluOp::implementations() const {
  std::vector<std::string> names = {forward_.implementation()};
  if (!backward_.implementation().empty()) names.push_back(backward_.implementation());
  return names;
}

}  // namespace traind::engine
