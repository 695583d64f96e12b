// Values left out at random while training.
#ifndef TRAIND_ENGINE_LAYERS_DROPOUT_H_
#define TRAIND_ENGINE_LAYERS_DROPOUT_H_

#include <cstdint>
#include <memory>

#include "engine/core/fields.h"
#include "engine/layers/layer.h"

namespace traind::engine {

struct DropoutSpec {
  static constexpr const char* kName = "dropout";
  double rate = 0.0;

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("rate", self.rate, Share());
  }

  int64_t Outputs(int64_t inputs) const { return inputs; }
  double Parameters(int64_t /*inputs*/) const { return 0; }
  // Nothing for a rate of 0.
  absl::StatusOr<std::unique_ptr<Layer>> Make(const LayerPlace& place) const;
};

// While training each value is 0 with probability `rate`, else it is divided by 1 - rate, so that its mean stays
// (Srivastava et al. 2014; inverted, as in Keras). Inference passes everything through. No weights. The rate is rounded
// to a multiple of 2^-16, as it takes 16 random bits a value; the divisor is rounded with it.
class Dropout final : public Layer {
 public:
  Dropout(const DropoutSpec& spec, const LayerPlace& place);

  int64_t inputs() const override { return width_; }
  int64_t outputs() const override { return width_; }
  int64_t workspace(const LayerUse& use) const override;
  bool passes_through(const LayerUse& use) const override { return !use.training; }
  absl::StatusOr<std::unique_ptr<CompiledLayer>> Compile(const LayerUse& use,
                                                         const LayerBuffers& buffers) const override;

 private:
  const int32_t dropped_;  // of 65,536 values
  const uint32_t index_;   // LayerPlace::index
  const int64_t width_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LAYERS_DROPOUT_H_
