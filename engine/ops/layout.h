// Where each number of a tensor lies in memory.
#ifndef TRAIND_ENGINE_OPS_LAYOUT_H_
#define TRAIND_ENGINE_OPS_LAYOUT_H_

#include <cstdint>
#include <memory>
#include <vector>

namespace traind::engine {

// A shape of floats and their order in memory: row-major, or an order that oneDNN chose, which may be cut into blocks
// and padded with zeros. Whatever works on the memory as a whole (an optimizer) must map 0 to 0 there, so that the
// padding stays 0; oneDNN keeps it so. Immutable; a copy is cheap.
class Layout {
 public:
  // oneDNN's own description.
  struct Impl;

  static Layout RowMajor(const std::vector<int64_t>& shape);
  explicit Layout(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

  // Floats that the memory takes, padding included.
  int64_t floats() const;

  const Impl& impl() const { return *impl_; }

 private:
  std::shared_ptr<const Impl> impl_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPS_LAYOUT_H_
