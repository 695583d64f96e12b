#include "engine/training/network.h"

#include <algorithm>
#include <iterator>

#include "engine/core/random.h"
#include "engine/layers/initializer.h"

namespace traind::engine {

std::vector<WeightDefinition> Network::weights() const {
  std::vector<WeightDefinition> all;
  for (const NetworkLayer& layer : layers) std::ranges::move(layer.layer->weights(), std::back_inserter(all));
  return all;
}

absl::Status InitializeWeights(const Network& network, uint64_t seed, Weights& weights) {
  std::size_t index = 0;
  for (const NetworkLayer& layer : network.layers) {
    Random random(seed, RandomUse::kInitialWeights, static_cast<uint32_t>(layer.model_index));
    for (const WeightDefinition& definition : layer.layer->weights()) {
      std::vector<float> values(definition.size());
      Initialize(definition.initializer, definition.fan_in, definition.fan_out, random, values);
      if (absl::Status status = weights.Write(index++, values); !status.ok()) return status;
    }
  }
  return absl::OkStatus();
}

}  // namespace traind::engine
