// How the ops of this folder make oneDNN primitives. Included by engine/ops alone; dnnl.hpp goes no further.
#ifndef TRAIND_ENGINE_OPS_ONEDNN_H_
#define TRAIND_ENGINE_OPS_ONEDNN_H_

#include <dnnl.hpp>
#include <initializer_list>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "engine/ops/layout.h"
#include "engine/ops/onednn_generations.h"
#include "engine/ops/op.h"

namespace traind::engine {

struct Layout::Impl {
  dnnl::memory::desc desc;
};

namespace onednn {

// Numbers in row-major order, 1 or 2 dimensions.
dnnl::memory::desc RowMajor(const std::vector<int64_t>& shape,
                            dnnl::memory::data_type type = dnnl::memory::data_type::f32);

// Numbers in the order that the primitive likes best.
dnnl::memory::desc AnyOrder(const std::vector<int64_t>& shape,
                            dnnl::memory::data_type type = dnnl::memory::data_type::f32);

// Scratchpads come from the op's context: oneDNN's own lie in thread-local memory, which would tie a program to the
// thread that compiled it.
dnnl::primitive_attr Attributes();

// A buffer for one argument, DNNL_ARG_...; one whose data is null is left out.
struct Argument {
  int index;
  dnnl::memory::desc desc;
  const void* data;
};

// Binds a primitive to its buffers. May throw dnnl::error.
Op Bind(const OpContext& context, const dnnl::primitive& primitive, const dnnl::primitive_desc_base& desc,
        std::initializer_list<Argument> arguments);

// The error for what oneDNN answered, which is no success: ResourceExhausted if memory ran out, else Internal.
absl::Status Failed(dnnl_status_t status, const std::string& message);

// What `make` returns (a StatusOr), or the error for what oneDNN throws. `what` names the op.
template <typename Make>
auto Guarded(const char* what, Make make) -> decltype(make()) {
  try {
    return make();
  } catch (const dnnl::error& error) {
    return Failed(error.status, absl::StrCat("oneDNN cannot make ", what, ": ", error.message));
  }
}

}  // namespace onednn
}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPS_ONEDNN_H_
