// What layers are called.
#ifndef TRAIND_ENGINE_TRAINING_LAYER_NAMES_H_
#define TRAIND_ENGINE_TRAINING_LAYER_NAMES_H_

#include <string>
#include <vector>

#include "engine/training/spec.h"

namespace traind::engine {

// The same layers, nested ones too, with a name for each: its own, or if that is empty its kind and its count among the
// layers of its kind, from 1, outer before inner: `dense_1`, `batch_normalization_1`, `activation_1`, `dense_2`, ...
std::vector<LayerSpec> WithLayerNames(std::vector<LayerSpec> layers);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_LAYER_NAMES_H_
