#include "engine/ops/inner_product.h"

#include <dnnl.hpp>
#include <memory>

#include "engine/ops/onednn.h"

namespace traind::engine {
namespace {

using dnnl::inner_product_backward_data;
using dnnl::inner_product_backward_weights;
using dnnl::inner_product_forward;
using onednn::RowMajor;

}  // namespace

absl::StatusOr<Layout> FastestInnerProductWeights(int64_t rows, int64_t inputs, int64_t outputs) {
  return onednn::Guarded("an inner product", [&]() -> absl::StatusOr<Layout> {
    const auto forward = onednn::Describe<inner_product_forward>(
        onednn::Attributes(), dnnl::prop_kind::forward_training, RowMajor({rows, inputs}),
        onednn::AnyOrder({outputs, inputs}), RowMajor({outputs}), RowMajor({rows, outputs}));
    return Layout(std::make_shared<Layout::Impl>(Layout::Impl{forward.weights_desc()}));
  });
}

absl::StatusOr<InnerProduct> InnerProduct::Create(const OpContext& context, const InnerProductConfig& config,
                                                  const InnerProductBuffers& buffers) {
  return onednn::Guarded("an inner product", [&]() -> absl::StatusOr<InnerProduct> {
    const auto src = RowMajor({config.rows, config.inputs});
    const auto dst = RowMajor({config.rows, config.outputs});
    const auto bias = RowMajor({config.outputs});
    const auto& weights = config.weights.impl().desc;
    const bool training = buffers.diff_dst != nullptr;
    const auto kind = training ? dnnl::prop_kind::forward_training : dnnl::prop_kind::forward_inference;
    const auto attributes = onednn::Attributes();

    InnerProduct op;
    const auto forward = buffers.bias != nullptr
                             ? onednn::Describe<inner_product_forward>(attributes, kind, src, weights, bias, dst)
                             : onednn::Describe<inner_product_forward>(attributes, kind, src, weights, dst);
    op.forward_ = onednn::Bind(context, inner_product_forward(forward), forward,
                               {{DNNL_ARG_SRC, src, buffers.src},
                                {DNNL_ARG_WEIGHTS, weights, buffers.weights},
                                {DNNL_ARG_BIAS, bias, buffers.bias},
                                {DNNL_ARG_DST, dst, buffers.dst}});
    if (training && buffers.diff_weights != nullptr) {
      const auto desc =
          buffers.diff_bias != nullptr
              ? onednn::DescribeBackward<inner_product_backward_weights>(attributes, forward, src, weights, bias, dst)
              : onednn::DescribeBackward<inner_product_backward_weights>(attributes, forward, src, weights, dst);
      op.backward_weights_ = onednn::Bind(context, inner_product_backward_weights(desc), desc,
                                          {{DNNL_ARG_SRC, src, buffers.src},
                                           {DNNL_ARG_DIFF_DST, dst, buffers.diff_dst},
                                           {DNNL_ARG_DIFF_WEIGHTS, weights, buffers.diff_weights},
                                           {DNNL_ARG_DIFF_BIAS, bias, buffers.diff_bias}});
    }
    if (training && buffers.diff_src != nullptr) {
      const auto desc = onednn::DescribeBackward<inner_product_backward_data>(attributes, forward, src, weights, dst);
      op.backward_data_ = onednn::Bind(context, inner_product_backward_data(desc), desc,
                                       {{DNNL_ARG_DIFF_DST, dst, buffers.diff_dst},
                                        {DNNL_ARG_WEIGHTS, weights, buffers.weights},
                                        {DNNL_ARG_DIFF_SRC, src, buffers.diff_src}});
    }
    return op;
  });
}

std::vector<std::string> InnerProduct::implementations() const {
  std::vector<std::string> names;
  for (const Op* op : {&forward_, &backward_weights_, &backward_data_}) {
    if (!op->implementation().empty()) names.push_back(op->implementation());
  }
  return names;
}

}  // namespace traind::engine
