// A model that knows its widths: the layers that will run, and their weights.
#ifndef TRAIND_ENGINE_TRAINING_NETWORK_H_
#define TRAIND_ENGINE_TRAINING_NETWORK_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "engine/layers/layer.h"
#include "engine/layers/weights.h"

namespace traind::engine {

// A layer that runs; one may stand for several layers of the model (batch normalization and its relu).
struct NetworkLayer {
  std::unique_ptr<Layer> layer;
  int64_t model_index = 0;  // of the (first) layer of the model; names its stream of initial weights
};

struct Network {
  std::vector<NetworkLayer> layers;  // at least one
  bool ends_with_softmax = false;    // not among the layers: the loss, or the predictor, applies it
  bool has_batch_normalization = false;

  int64_t inputs() const { return layers.front().layer->inputs(); }
  int64_t outputs() const { return layers.back().layer->outputs(); }

  // Of all layers, in order.
  std::vector<WeightDefinition> weights() const;
};

// Draws the initial weights. Each layer has a random stream of its own, so a change to one leaves the others as they
// were.
absl::Status InitializeWeights(const Network& network, uint64_t seed, Weights& weights);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_NETWORK_H_
