#include "engine/ops/softmax.h"

#include <dnnl.hpp>

#include "engine/ops/onednn.h"

namespace traind::engine {

absl::StatusOr<Op> CreateSoftmax(const OpContext& context, int64_t rows, int64_t columns, const float* src,
                                 float* dst) {
  return onednn::Guarded("a softmax", [&]() -> absl::StatusOr<Op> {
    const auto data = onednn::RowMajor({rows, columns});
    const auto desc = onednn::DescribeSoftmax(onednn::Attributes(), data, 1);
    return onednn::Bind(context, dnnl::softmax_forward(desc), desc,
                        {{DNNL_ARG_SRC, data, src}, {DNNL_ARG_DST, data, dst}});
  });
}

}  // namespace traind::engine
