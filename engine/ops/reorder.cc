#include "engine/ops/reorder.h"

#include <dnnl.hpp>

#include "engine/ops/onednn.h"

namespace traind::engine {

absl::Status Reorder(const Layout& from_layout, const float* from, const Layout& to_layout, float* to) {
  return onednn::Guarded("a reorder", [&]() -> absl::Status {
    const auto& source = from_layout.impl().desc;
    const auto& target = to_layout.impl().desc;
    const dnnl::reorder::primitive_desc desc(onednn::CpuEngine(), source, onednn::CpuEngine(), target,
                                             onednn::Attributes());
    const OpContext context;
    return onednn::Bind(context, dnnl::reorder(desc), desc, {{DNNL_ARG_FROM, source, from}, {DNNL_ARG_TO, target, to}})
        .Run();
  });
}

}  // namespace traind::engine
