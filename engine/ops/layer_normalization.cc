#include "engine/ops/layer_normalization.h"

#include <dnnl.hpp>

#include "engine/ops/onednn.h"

namespace traind::engine {
namespace {

using dnnl::normalization_flags;

normalization_flags Flags(const LayerNormalizationBuffers& buffers) {
  auto flags = normalization_flags::none;
  if (buffers.scale != nullptr) flags |= normalization_flags::use_scale;
  if (buffers.shift != nullptr) flags |= normalization_flags::use_shift;
  return flags;
}

}  // namespace

absl::StatusOr<LayerNormalizationOp> LayerNormalizationOp::Create(const OpContext& context,
                                                                  const LayerNormalizationOpConfig& config,
                                                                  const LayerNormalizationBuffers& buffers) {
  return onednn::Guarded("a layer normalization", [&]() -> absl::StatusOr<LayerNormalizationOp> {
    const auto data = onednn::RowMajor({config.rows, config.width});
    const auto statistics = onednn::RowMajor({config.rows});
    const auto parameters = onednn::RowMajor({config.width});
    const bool training = buffers.diff_dst != nullptr;
    const auto kind = training ? dnnl::prop_kind::forward_training : dnnl::prop_kind::forward_inference;
    const auto flags = Flags(buffers);
    const auto attributes = onednn::Attributes();

    LayerNormalizationOp op;
    const auto forward = onednn::DescribeLayerNormalization(attributes, kind, data, statistics, config.epsilon, flags);
    op.forward_ = onednn::Bind(context, dnnl::layer_normalization_forward(forward), forward,
                               {{DNNL_ARG_SRC, data, buffers.src},
                                {DNNL_ARG_SCALE, parameters, buffers.scale},
                                {DNNL_ARG_SHIFT, parameters, buffers.shift},
                                {DNNL_ARG_MEAN, statistics, training ? buffers.mean : nullptr},
                                {DNNL_ARG_VARIANCE, statistics, training ? buffers.variance : nullptr},
                                {DNNL_ARG_DST, data, buffers.dst}});
    if (!training) return op;

    const bool has_parameters = buffers.scale != nullptr || buffers.shift != nullptr;
    const auto backward_kind = has_parameters ? dnnl::prop_kind::backward : dnnl::prop_kind::backward_data;
    const auto backward = onednn::DescribeLayerNormalizationBackward(attributes, backward_kind, data, statistics,
                                                                     config.epsilon, flags, forward);
    op.backward_ = onednn::Bind(context, dnnl::layer_normalization_backward(backward), backward,
                                {{DNNL_ARG_SRC, data, buffers.src},
                                 {DNNL_ARG_MEAN, statistics, buffers.mean},
                                 {DNNL_ARG_VARIANCE, statistics, buffers.variance},
                                 {DNNL_ARG_DIFF_DST, data, buffers.diff_dst},
                                 {DNNL_ARG_SCALE, parameters, buffers.scale},
                                 {DNNL_ARG_SHIFT, parameters, buffers.shift},
                                 {DNNL_ARG_DIFF_SRC, data, buffers.diff_src},
                                 {DNNL_ARG_DIFF_SCALE, parameters, buffers.diff_scale},
                                 {DNNL_ARG_DIFF_SHIFT, parameters, buffers.diff_shift}});
    return op;
  });
}

std::vector<std::string> LayerNormalizationOp::implementations() const {
  std::vector<std::string> names = {forward_.implementation()};
  if (!backward_.implementation().empty()) names.push_back(backward_.implementation());
  return names;
}

}  // namespace traind::engine
