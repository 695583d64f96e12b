#include "engine/ops/batch_normalization.h"

#include <dnnl.hpp>

#include "engine/ops/onednn.h"

namespace traind::engine {
namespace {

using dnnl::normalization_flags;

normalization_flags Flags(const BatchNormalizationOpConfig& config, const BatchNormalizationBuffers& buffers) {
  auto flags = normalization_flags::none;
  if (buffers.scale != nullptr) flags |= normalization_flags::use_scale;
  if (buffers.shift != nullptr) flags |= normalization_flags::use_shift;
  if (buffers.diff_dst == nullptr) flags |= normalization_flags::use_global_stats;
  if (config.relu) flags |= normalization_flags::fuse_norm_relu;
  return flags;
}

}  // namespace

absl::StatusOr<BatchNormalizationOp> BatchNormalizationOp::Create(const OpContext& context,
                                                                  const BatchNormalizationOpConfig& config,
                                                                  const BatchNormalizationBuffers& buffers) {
  return onednn::Guarded("a batch normalization", [&]() -> absl::StatusOr<BatchNormalizationOp> {
    // A [rows, channels] tensor told as an image of one pixel: the same bytes, but 2D ones get oneDNN's slow code.
    const dnnl::memory::desc data({config.rows, config.channels, 1, 1}, dnnl::memory::data_type::f32,
                                  dnnl::memory::format_tag::nhwc);
    const auto channels = onednn::RowMajor({config.channels});
    const bool training = buffers.diff_dst != nullptr;
    const auto kind = training ? dnnl::prop_kind::forward_training : dnnl::prop_kind::forward_inference;
    const auto flags = Flags(config, buffers);
    const auto attributes = onednn::Attributes();

    BatchNormalizationOp op;
    const auto forward = onednn::DescribeBatchNormalization(attributes, kind, data, config.epsilon, flags);
    const auto workspace = forward.workspace_desc();
    const std::size_t floats = (workspace.get_size() + sizeof(float) - 1) / sizeof(float);
    if (floats > buffers.mask.size()) op.mask_ = AlignedBuffer(static_cast<int64_t>(floats));
    const void* workspace_data = floats == 0 ? nullptr : op.mask_.size() > 0 ? op.mask_.data() : buffers.mask.data();
    op.forward_ = onednn::Bind(context, dnnl::batch_normalization_forward(forward), forward,
                               {{DNNL_ARG_SRC, data, buffers.src},
                                {DNNL_ARG_SCALE, channels, buffers.scale},
                                {DNNL_ARG_SHIFT, channels, buffers.shift},
                                {DNNL_ARG_MEAN, channels, buffers.mean},
                                {DNNL_ARG_VARIANCE, channels, buffers.variance},
                                {DNNL_ARG_DST, data, buffers.dst},
                                {DNNL_ARG_WORKSPACE, workspace, workspace_data}});
    if (!training) return op;

    const bool has_parameters = buffers.scale != nullptr || buffers.shift != nullptr;
    const auto backward_kind = has_parameters ? dnnl::prop_kind::backward : dnnl::prop_kind::backward_data;
    const auto backward =
        onednn::DescribeBatchNormalizationBackward(attributes, backward_kind, data, config.epsilon, flags, forward);
    op.backward_ = onednn::Bind(context, dnnl::batch_normalization_backward(backward), backward,
                                {{DNNL_ARG_SRC, data, buffers.src},
                                 {DNNL_ARG_MEAN, channels, buffers.mean},
                                 {DNNL_ARG_VARIANCE, channels, buffers.variance},
                                 {DNNL_ARG_DIFF_DST, data, buffers.diff_dst},
                                 {DNNL_ARG_SCALE, channels, buffers.scale},
                                 {DNNL_ARG_SHIFT, channels, onednn::kBackwardTakesShift ? buffers.shift : nullptr},
                                 {DNNL_ARG_WORKSPACE, workspace, workspace_data},
                                 {DNNL_ARG_DIFF_SRC, data, buffers.diff_src},
                                 {DNNL_ARG_DIFF_SCALE, channels, buffers.diff_scale},
                                 {DNNL_ARG_DIFF_SHIFT, channels, buffers.diff_shift}});
    return op;
  });
}

std::vector<std::string> BatchNormalizationOp::implementations() const {
  std::vector<std::string> names = {forward_.implementation()};
  if (!backward_.implementation().empty()) names.push_back(backward_.implementation());
  return names;
}

}  // namespace traind::engine
