// Noise added while training.
#ifndef TRAIND_ENGINE_LAYERS_GAUSSIAN_NOISE_H_
#define TRAIND_ENGINE_LAYERS_GAUSSIAN_NOISE_H_

#include <cstdint>
#include <memory>

#include "engine/core/fields.h"
#include "engine/layers/layer.h"

namespace traind::engine {

struct GaussianNoiseSpec {
  static constexpr const char* kName = "gaussian_noise";
  double stddev = 0.0;

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("stddev", self.stddev, Between(0, 1e6));
  }

  int64_t Outputs(int64_t inputs) const { return inputs; }
  double Parameters(int64_t /*inputs*/) const { return 0; }
  // Nothing for a deviation of 0.
  absl::StatusOr<std::unique_ptr<Layer>> Make(const LayerPlace& place) const;
};

// While training a normal number of mean 0 and deviation `stddev` is added to each value, at most 6.7 deviations.
// Inference passes everything through. No weights.
class GaussianNoise final : public Layer {
 public:
  GaussianNoise(const GaussianNoiseSpec& spec, const LayerPlace& place)
      : stddev_(static_cast<float>(spec.stddev)), index_(place.index), width_(place.inputs) {}

  int64_t inputs() const override { return width_; }
  int64_t outputs() const override { return width_; }
  bool passes_through(const LayerUse& use) const override { return !use.training; }
  absl::StatusOr<std::unique_ptr<CompiledLayer>> Compile(const LayerUse& use,
                                                         const LayerBuffers& buffers) const override;

 private:
  const float stddev_;
  const uint32_t index_;  // LayerPlace::index
  const int64_t width_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LAYERS_GAUSSIAN_NOISE_H_
