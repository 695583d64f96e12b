// The layers that a model can have: each is registered here.
#ifndef TRAIND_ENGINE_LAYERS_LAYER_SPEC_H_
#define TRAIND_ENGINE_LAYERS_LAYER_SPEC_H_

#include <string>
#include <variant>
#include <vector>

#include "engine/layers/activation.h"
#include "engine/layers/batch_normalization.h"
#include "engine/layers/dense.h"
#include "engine/layers/dropout.h"
#include "engine/layers/embedding.h"
#include "engine/layers/gaussian_noise.h"
#include "engine/layers/layer_normalization.h"
#include "engine/layers/residual.h"

namespace traind::engine {

// Beside its fields a kind has:
//   int64_t Outputs(int64_t inputs) const;       its width
//   double Parameters(int64_t inputs) const;     numbers in all its weights, moving statistics included
//   absl::StatusOr<std::unique_ptr<Layer>> Make(const LayerPlace&) const;     nothing if it would do nothing
//   static constexpr bool kNeedsTwoRows = true;      if its layer's needs_two_rows() is
//   void CheckPlace(bool first, int64_t inputs, const std::string& path, Faults&) const;     if not every width suits
//   it
using LayerKind = std::variant<DenseSpec, BatchNormalizationSpec, ActivationSpec, ResidualSpec, LayerNormalizationSpec,
                               DropoutSpec, GaussianNoiseSpec, EmbeddingSpec>;

// One layer. `name` prefixes its weights in exports; WithLayerNames (layer_names.h) fills empty ones.
struct LayerSpec {
  std::string name;
  LayerKind kind = {};

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("name", self.name);
    visit.OneOf(self.kind, Required());
  }
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LAYERS_LAYER_SPEC_H_
