#include "engine/ops/eltwise.h"

#include <dnnl.hpp>

#include "engine/ops/onednn.h"

namespace traind::engine {
namespace {

using dnnl::algorithm;

// Where oneDNN can take a gradient from dst it does: that costs no exponential again. It refuses this for an alpha
// below 0, where dst does not tell src.
algorithm AlgorithmOf(const EltwiseConfig& config) {
  const bool use_dst = config.alpha >= 0;
  switch (config.function) {
    case EltwiseFunction::kRelu:
      return use_dst ? algorithm::eltwise_relu_use_dst_for_bwd : algorithm::eltwise_relu;
    case EltwiseFunction::kElu:
      return use_dst ? algorithm::eltwise_elu_use_dst_for_bwd : algorithm::eltwise_elu;
    case EltwiseFunction::kGelu:
      return algorithm::eltwise_gelu_erf;
    case EltwiseFunction::kSwish:
      return algorithm::eltwise_swish;
    case EltwiseFunction::kLogistic:
      return algorithm::eltwise_logistic_use_dst_for_bwd;
    case EltwiseFunction::kTanh:
      return algorithm::eltwise_tanh_use_dst_for_bwd;
    case EltwiseFunction::kSoftRelu:
      return algorithm::eltwise_soft_relu;
    case EltwiseFunction::kLinear:
      return algorithm::eltwise_linear;
  }
  return algorithm::undef;
}

bool UsesDst(algorithm algorithm) {
  return algorithm == algorithm::eltwise_relu_use_dst_for_bwd || algorithm == algorithm::eltwise_elu_use_dst_for_bwd ||
         algorithm == algorithm::eltwise_logistic_use_dst_for_bwd ||
         algorithm == algorithm::eltwise_tanh_use_dst_for_bwd;
}

}  // namespace

absl::StatusOr<EltwiseOp> EltwiseOp::Create(const OpContext& context, const EltwiseConfig& config,
                                            const EltwiseBuffers& buffers) {
  return onednn::Guarded("an eltwise", [&]() -> absl::StatusOr<EltwiseOp> {
    const auto data = onednn::RowMajor({config.size});
    const bool training = buffers.diff_src != nullptr;
    const auto kind = training ? dnnl::prop_kind::forward_training : dnnl::prop_kind::forward_inference;
    const algorithm function = AlgorithmOf(config);
    // 3.x has an alpha here, which 2.6 takes to be 1 and ignores.
    const float alpha = config.function == EltwiseFunction::kSoftRelu ? 1.0f : config.alpha;
    const auto attributes = onednn::Attributes();

    EltwiseOp op;
    const auto forward = onednn::DescribeEltwise(attributes, kind, function, data, alpha, config.beta);
    op.forward_ = onednn::Bind(context, dnnl::eltwise_forward(forward), forward,
                               {{DNNL_ARG_SRC, data, buffers.src}, {DNNL_ARG_DST, data, buffers.dst}});
    if (!training) return op;
    const auto backward = onednn::DescribeEltwiseBackward(attributes, function, data, alpha, config.beta, forward);
    const bool uses_dst = UsesDst(function);
    op.backward_ = onednn::Bind(context, dnnl::eltwise_backward(backward), backward,
                                {{uses_dst ? DNNL_ARG_DST : DNNL_ARG_SRC, data, uses_dst ? buffers.dst : buffers.src},
                                 {DNNL_ARG_DIFF_DST, data, buffers.diff_dst},
                                 {DNNL_ARG_DIFF_SRC, data, buffers.diff_src}});
    return op;
  });
}

std::vector<std::string> EltwiseOp::implementations() const {
  std::vector<std::string> names = {forward_.implementation()};
  if (!backward_.implementation().empty()) names.push_back(backward_.implementation());
  return names;
}

}  // namespace traind::engine
