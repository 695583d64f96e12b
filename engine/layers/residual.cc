#include "engine/layers/residual.h"

#include <utility>

#include "engine/core/aligned_buffer.h"
#include "engine/core/multiversion.h"
#include "engine/layers/layer_spec.h"

namespace traind::engine {
namespace {

TRAIND_MULTIVERSION void AddTo(int64_t size, const float* __restrict addend, float* __restrict sum) {
  for (int64_t i = 0; i < size; ++i) sum[i] += addend[i];
}

TRAIND_MULTIVERSION void Sum(int64_t size, const float* __restrict left, const float* __restrict right,
                             float* __restrict sum) {
  for (int64_t i = 0; i < size; ++i) sum[i] = left[i] + right[i];
}

class CompiledResidual final : public CompiledLayer {
 public:
  // `inner` is what the layers write: the output itself, or a place of its own.
  CompiledResidual(std::unique_ptr<CompiledLayer> layers, int64_t size, const float* inner, const LayerBuffers& buffers)
      : layers_(std::move(layers)),
        size_(size),
        inner_(inner),
        input_(buffers.input),
        output_(buffers.output),
        output_gradient_(buffers.output_gradient),
        input_gradient_(buffers.input_gradient) {}

  absl::Status Forward() override {
    if (absl::Status status = layers_->Forward(); !status.ok()) return status;
    if (inner_ == output_) {
      AddTo(size_, input_, output_);
    } else {
      Sum(size_, input_, inner_, output_);
    }
    return absl::OkStatus();
  }

  absl::Status Backward() override {
    if (absl::Status status = layers_->Backward(); !status.ok()) return status;
    if (input_gradient_ != nullptr) AddTo(size_, output_gradient_, input_gradient_);
    return absl::OkStatus();
  }

  std::string FirstNotFinite() const override { return layers_->FirstNotFinite(); }

  std::vector<std::string> implementations() const override { return layers_->implementations(); }

 private:
  const std::unique_ptr<CompiledLayer> layers_;
  const int64_t size_;
  const float* const inner_;
  const float* const input_;
  float* const output_;
  const float* const output_gradient_;
  float* const input_gradient_;
};

}  // namespace

double ResidualSpec::Parameters(int64_t inputs) const { return CountParameters(layers, inputs); }

absl::StatusOr<std::unique_ptr<Layer>> ResidualSpec::Make(const LayerPlace& place) const {
  auto stack = Stack::Make(
      layers, {.index = place.index + 1, .inputs = place.inputs, .rows = place.rows, .bfloat16 = place.bfloat16});
  if (!stack.ok()) return stack.status();
  return std::make_unique<Residual>(*std::move(stack));
}

void ResidualSpec::CheckPlace(bool first, int64_t inputs, const std::string& path, Faults& faults) const {
  const int64_t outputs = CheckPlaces(layers, first, inputs, path + ".layers", faults);
  if (outputs == inputs) return;
  faults.Add(path + ".layers", "takes ", inputs, " values and gives ", outputs,
             "; what is skipped is added to what comes out, so let the last dense layer in it have ", inputs, " units");
}

int64_t Residual::workspace(const LayerUse& use) const {
  const int64_t inner = use.training ? AlignedBuffer::Aligned(use.rows * layers_.inputs()) : 0;
  return inner + layers_.workspace(use);
}

absl::StatusOr<std::unique_ptr<CompiledLayer>> Residual::Compile(const LayerUse& use,
                                                                 const LayerBuffers& buffers) const {
  const int64_t size = use.rows * layers_.inputs();
  LayerBuffers its = buffers;
  if (use.training) {
    its.output = buffers.workspace.data();
    its.workspace = buffers.workspace.subspan(AlignedBuffer::Aligned(size));
  }
  auto layers = layers_.Compile(use, its);
  if (!layers.ok()) return layers.status();
  return std::make_unique<CompiledResidual>(*std::move(layers), size, its.output, buffers);
}

}  // namespace traind::engine
