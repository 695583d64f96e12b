#include "engine/layers/residual.h"

#include <utility>

#include "engine/core/multiversion.h"
#include "engine/layers/layer_spec.h"

namespace traind::engine {
namespace {

TRAIND_MULTIVERSION void Add(int64_t size, const float* __restrict addend, float* __restrict sum) {
  for (int64_t i = 0; i < size; ++i) sum[i] += addend[i];
}

class CompiledResidual final : public CompiledLayer {
 public:
  CompiledResidual(std::unique_ptr<CompiledLayer> layers, int64_t size, const LayerBuffers& buffers)
      : layers_(std::move(layers)),
        size_(size),
        input_(buffers.input),
        output_(buffers.output),
        output_gradient_(buffers.output_gradient),
        input_gradient_(buffers.input_gradient) {}

  absl::Status Forward() override {
    if (absl::Status status = layers_->Forward(); !status.ok()) return status;
    Add(size_, input_, output_);
    return absl::OkStatus();
  }

  absl::Status Backward() override {
    if (absl::Status status = layers_->Backward(); !status.ok()) return status;
    if (input_gradient_ != nullptr) Add(size_, output_gradient_, input_gradient_);
    return absl::OkStatus();
  }

  std::vector<std::string> implementations() const override { return layers_->implementations(); }

 private:
  const std::unique_ptr<CompiledLayer> layers_;
  const int64_t size_;
  const float* const input_;
  float* const output_;
  const float* const output_gradient_;
  float* const input_gradient_;
};

}  // namespace

double ResidualSpec::Parameters(int64_t inputs) const { return CountParameters(layers, inputs); }

absl::StatusOr<std::unique_ptr<Layer>> ResidualSpec::Make(const LayerPlace& place) const {
  auto stack = Stack::Make(layers, {.index = place.index + 1, .inputs = place.inputs, .rows = place.rows});
  if (!stack.ok()) return stack.status();
  return std::make_unique<Residual>(*std::move(stack));
}

void ResidualSpec::CheckPlace(bool first, int64_t inputs, const std::string& path, Faults& faults) const {
  const int64_t outputs = CheckPlaces(layers, first, inputs, path + ".layers", faults);
  if (outputs == inputs) return;
  faults.Add(path + ".layers", "takes ", inputs, " values and gives ", outputs,
             "; what is skipped is added to what comes out, so let the last dense layer in it have ", inputs, " units");
}

absl::StatusOr<std::unique_ptr<CompiledLayer>> Residual::Compile(const LayerUse& use,
                                                                 const LayerBuffers& buffers) const {
  auto layers = layers_.Compile(use, buffers);
  if (!layers.ok()) return layers.status();
  return std::make_unique<CompiledResidual>(*std::move(layers), use.rows * layers_.inputs(), buffers);
}

}  // namespace traind::engine
