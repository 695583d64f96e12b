// Layers one after another.
#ifndef TRAIND_ENGINE_LAYERS_STACK_H_
#define TRAIND_ENGINE_LAYERS_STACK_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/faults.h"
#include "engine/layers/layer.h"

namespace traind::engine {

struct LayerSpec;

// Each layer takes what the one before it gives; those that pass everything through cost nothing. Outputs are kept
// until the backward pass; of the gradients between layers only two layers' are alive at a time. At least one layer.
class Stack final : public Layer {
 public:
  // The layers of specs without faults, which have names. Batch normalization takes in the relu that follows it.
  // `place` is that of the first layer; its name means nothing.
  static absl::StatusOr<Stack> Make(const std::vector<LayerSpec>& specs, const LayerPlace& place);

  // A layer and what it is called.
  struct Named {
    std::string name;
    std::unique_ptr<Layer> layer;
  };
  explicit Stack(std::vector<Named> layers);

  int64_t inputs() const override { return layers_.front().layer->inputs(); }
  int64_t outputs() const override { return layers_.back().layer->outputs(); }
  std::vector<WeightDefinition> weights() const override;
  int64_t workspace(const LayerUse& use) const override;
  bool needs_two_rows() const override;
  absl::StatusOr<std::unique_ptr<CompiledLayer>> Compile(const LayerUse& use,
                                                         const LayerBuffers& buffers) const override;

 private:
  std::vector<Named> layers_;
};

// Layers in a list of specs, nested ones included.
int64_t CountLayers(const std::vector<LayerSpec>& specs);

// Residuals that lie in each other at most: 0 if there is none.
int64_t Depth(const std::vector<LayerSpec>& specs);

// Numbers in all weights of layers without faults for rows of `inputs` values, moving statistics included.
double CountParameters(const std::vector<LayerSpec>& specs, int64_t inputs);

// Finds the layers that cannot stand where they do, for rows of `inputs` values; `first` if these are the data's.
// `path` is that of the list. Returns the width of what the last gives.
int64_t CheckPlaces(const std::vector<LayerSpec>& specs, bool first, int64_t inputs, const std::string& path,
                    Faults& faults);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LAYERS_STACK_H_
