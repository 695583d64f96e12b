#include "engine/ops/softmax.h"

#include <dnnl.hpp>

#include "engine/ops/onednn.h"

namespace traind::engine {

absl::StatusOr<SoftmaxOp> SoftmaxOp::Create(const OpContext& context, int64_t rows, int64_t columns,
                                            const SoftmaxBuffers& buffers) {
  return onednn::Guarded("a softmax", [&]() -> absl::StatusOr<SoftmaxOp> {
    const auto data = onednn::RowMajor({rows, columns});
    const bool training = buffers.diff_src != nullptr;
    const auto kind = training ? dnnl::prop_kind::forward_training : dnnl::prop_kind::forward_inference;
    const auto attributes = onednn::Attributes();

    SoftmaxOp op;
    const auto forward = onednn::DescribeSoftmax(attributes, kind, data, 1);
    op.forward_ = onednn::Bind(context, dnnl::softmax_forward(forward), forward,
                               {{DNNL_ARG_SRC, data, buffers.src}, {DNNL_ARG_DST, data, buffers.dst}});
    if (!training) return op;
    const auto backward = onednn::DescribeSoftmaxBackward(attributes, data, 1, forward);
    op.backward_ = onednn::Bind(context, dnnl::softmax_backward(backward), backward,
                                {{DNNL_ARG_DST, data, buffers.dst},
                                 {DNNL_ARG_DIFF_DST, data, buffers.diff_dst},
                                 {DNNL_ARG_DIFF_SRC, data, buffers.diff_src}});
    return op;
  });
}

std::vector<std::string> SoftmaxOp::implementations() const {
  std::vector<std::string> names = {forward_.implementation()};
  if (!backward_.implementation().empty()) names.push_back(backward_.implementation());
  return names;
}

}  // namespace traind::engine
