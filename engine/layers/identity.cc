#include "engine/layers/identity.h"

#include <algorithm>

namespace traind::engine {
namespace {

class Copy final : public CompiledLayer {
 public:
  Copy(int64_t size, const LayerBuffers& buffers) : size_(size), buffers_(buffers) {}

  absl::Status Forward() override {
    std::copy_n(buffers_.input, size_, buffers_.output);
    return absl::OkStatus();
  }

  absl::Status Backward() override {
    if (buffers_.input_gradient != nullptr) std::copy_n(buffers_.output_gradient, size_, buffers_.input_gradient);
    return absl::OkStatus();
  }

  std::vector<std::string> implementations() const override { return {}; }

 private:
  const int64_t size_;
  const LayerBuffers buffers_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<CompiledLayer>> Identity::Compile(const LayerUse& use,
                                                                 const LayerBuffers& buffers) const {
  return std::make_unique<Copy>(use.rows * width_, buffers);
}

}  // namespace traind::engine
