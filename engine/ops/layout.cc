#include "engine/ops/layout.h"

#include "engine/ops/onednn.h"

namespace traind::engine {

Layout Layout::RowMajor(const std::vector<int64_t>& shape) {
  return Layout(std::make_shared<Impl>(Impl{onednn::RowMajor(shape), true}));
}

int64_t Layout::floats() const { return static_cast<int64_t>(impl_->desc.get_size() / sizeof(float)); }

bool Layout::is_row_major() const { return impl_->row_major; }

}  // namespace traind::engine
