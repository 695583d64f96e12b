#include "engine/ops/layout.h"

#include "engine/ops/onednn.h"

namespace traind::engine {

Layout Layout::RowMajor(const std::vector<int64_t>& shape) {
  return Layout(std::make_shared<Impl>(Impl{onednn::RowMajor(shape)}));
}

int64_t Layout::floats() const { return static_cast<int64_t>(impl_->desc.get_size() / sizeof(float)); }

}  // namespace traind::engine
