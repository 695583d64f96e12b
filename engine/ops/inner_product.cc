#include "engine/ops/inner_product.h"

#include <dnnl.hpp>
#include <memory>

#include "engine/ops/onednn.h"

namespace traind::engine {
namespace {

using dnnl::inner_product_backward_data;
using dnnl::inner_product_backward_weights;
using dnnl::inner_product_forward;
using DataType = dnnl::memory::data_type;
using onednn::RowMajor;

// Floats that a tensor takes, up to the next cache line.
int64_t Floats(const dnnl::memory::desc& desc) {
  return AlignedBuffer::Aligned(static_cast<int64_t>((desc.get_size() + sizeof(float) - 1) / sizeof(float)));
}

// Copies a tensor into one of another type and order.
Op Round(const OpContext& context, const dnnl::memory::desc& from, const float* from_data, const dnnl::memory::desc& to,
         float* to_data) {
  const dnnl::reorder::primitive_desc desc(onednn::CpuEngine(), from, onednn::CpuEngine(), to, onednn::Attributes());
  return onednn::Bind(context, dnnl::reorder(desc), desc,
                      {{DNNL_ARG_FROM, from, from_data}, {DNNL_ARG_TO, to, to_data}});
}

}  // namespace

absl::StatusOr<Layout> FastestInnerProductWeights(int64_t rows, int64_t inputs, int64_t outputs) {
  return onednn::Guarded("an inner product", [&]() -> absl::StatusOr<Layout> {
    const auto forward = onednn::Describe<inner_product_forward>(
        onednn::Attributes(), dnnl::prop_kind::forward_training, RowMajor({rows, inputs}),
        onednn::AnyOrder({outputs, inputs}), RowMajor({outputs}), RowMajor({rows, outputs}));
    return Layout(std::make_shared<Layout::Impl>(Layout::Impl{forward.weights_desc()}));
  });
}

int64_t InnerProductCopies(int64_t rows, int64_t inputs, int64_t outputs, bool bfloat16) {
  if (!bfloat16) return 0;
  // oneDNN fills weights up to whole blocks, of at most 64 each way.
  constexpr int64_t kBlock = 64;
  const auto fill = [](int64_t size) { return (size + kBlock - 1) / kBlock * kBlock; };
  return AlignedBuffer::Aligned(rows * inputs / 2 + 1) + AlignedBuffer::Aligned(rows * outputs / 2 + 1) +
         fill(inputs) * fill(outputs) / 2;
}

absl::StatusOr<InnerProduct> InnerProduct::Create(const OpContext& context, const InnerProductConfig& config,
                                                  const InnerProductBuffers& buffers) {
  return onednn::Guarded("an inner product", [&]() -> absl::StatusOr<InnerProduct> {
    const auto type = config.bfloat16 ? DataType::bf16 : DataType::f32;
    const auto src = RowMajor({config.rows, config.inputs}, type);
    const auto dst = RowMajor({config.rows, config.outputs});
    const auto diff_dst = RowMajor({config.rows, config.outputs}, type);
    const auto bias = RowMajor({config.outputs});
    const auto& kept_weights = config.weights.impl().desc;
    const auto wanted_weights =
        config.bfloat16 ? onednn::AnyOrder({config.outputs, config.inputs}, type) : kept_weights;
    const bool training = buffers.diff_dst != nullptr;
    const auto kind = training ? dnnl::prop_kind::forward_training : dnnl::prop_kind::forward_inference;
    const auto attributes = onednn::Attributes();

    const auto forward = buffers.bias != nullptr
                             ? onednn::Describe<inner_product_forward>(attributes, kind, src, wanted_weights, bias, dst)
                             : onednn::Describe<inner_product_forward>(attributes, kind, src, wanted_weights, dst);
    const auto weights = forward.weights_desc();

    InnerProduct op;
    const void* src_data = buffers.src;
    const void* weights_data = buffers.weights;
    const void* diff_dst_data = buffers.diff_dst;
    if (config.bfloat16) {
      float* src_copy = buffers.copies.data();
      const int64_t diff_dst_floats = training ? Floats(diff_dst) : 0;
      const int64_t floats = Floats(src) + diff_dst_floats + Floats(weights);
      if (floats > static_cast<int64_t>(buffers.copies.size())) {
        op.copies_ = AlignedBuffer(floats);
        src_copy = op.copies_.data();
      }
      float* const diff_dst_copy = src_copy + Floats(src);
      float* const weights_copy = diff_dst_copy + diff_dst_floats;
      op.round_src_ = Round(context, RowMajor({config.rows, config.inputs}), buffers.src, src, src_copy);
      op.round_weights_ = Round(context, kept_weights, buffers.weights, weights, weights_copy);
      if (training) op.round_diff_dst_ = Round(context, dst, buffers.diff_dst, diff_dst, diff_dst_copy);
      src_data = src_copy;
      weights_data = weights_copy;
      diff_dst_data = diff_dst_copy;
    }

    op.forward_ = onednn::Bind(context, inner_product_forward(forward), forward,
                               {{DNNL_ARG_SRC, src, src_data},
                                {DNNL_ARG_WEIGHTS, weights, weights_data},
                                {DNNL_ARG_BIAS, bias, buffers.bias},
                                {DNNL_ARG_DST, dst, buffers.dst}});
    if (training && buffers.diff_weights != nullptr) {
      const auto desc = buffers.diff_bias != nullptr ? onednn::DescribeBackward<inner_product_backward_weights>(
                                                           attributes, forward, src, kept_weights, bias, diff_dst)
                                                     : onednn::DescribeBackward<inner_product_backward_weights>(
                                                           attributes, forward, src, kept_weights, diff_dst);
      op.backward_weights_ = onednn::Bind(context, inner_product_backward_weights(desc), desc,
                                          {{DNNL_ARG_SRC, src, src_data},
                                           {DNNL_ARG_DIFF_DST, diff_dst, diff_dst_data},
                                           {DNNL_ARG_DIFF_WEIGHTS, kept_weights, buffers.diff_weights},
                                           {DNNL_ARG_DIFF_BIAS, bias, buffers.diff_bias}});
    }
    if (training && buffers.diff_src != nullptr) {
      const auto diff_src = RowMajor({config.rows, config.inputs});
      const auto desc =
          onednn::DescribeBackward<inner_product_backward_data>(attributes, forward, diff_src, weights, diff_dst);
      op.backward_data_ = onednn::Bind(context, inner_product_backward_data(desc), desc,
                                       {{DNNL_ARG_DIFF_DST, diff_dst, diff_dst_data},
                                        {DNNL_ARG_WEIGHTS, weights, weights_data},
                                        {DNNL_ARG_DIFF_SRC, diff_src, buffers.diff_src}});
    }
    return op;
  });
}

absl::Status InnerProduct::Forward() const {
  if (absl::Status status = round_src_.Run(); !status.ok()) return status;
  if (absl::Status status = round_weights_.Run(); !status.ok()) return status;
  return forward_.Run();
}

absl::Status InnerProduct::BackwardWeights() const {
  if (absl::Status status = round_diff_dst_.Run(); !status.ok()) return status;
  return backward_weights_.Run();
}

std::vector<std::string> InnerProduct::implementations() const {
  std::vector<std::string> names;
  for (const Op* op :
       {&round_src_, &round_weights_, &forward_, &round_diff_dst_, &backward_weights_, &backward_data_}) {
    if (!op->implementation().empty()) names.push_back(op->implementation());
  }
  return names;
}

}  // namespace traind::engine
