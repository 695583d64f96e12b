// Weights on their way in and out of a network.
#ifndef TRAIND_ENGINE_TRAINING_NAMED_WEIGHTS_H_
#define TRAIND_ENGINE_TRAINING_NAMED_WEIGHTS_H_

#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/formats/named_tensor.h"
#include "engine/layers/weights.h"

namespace traind::engine {

// All weights, in the order of their definitions.
absl::StatusOr<std::vector<NamedTensor>> ExportNamedWeights(const Weights& weights);

// `others`, then the same, as a safetensors file, handed to `sink` piece by piece, in the memory of the gradients,
// which are 0 afterwards. Ends with the first error of `sink`.
absl::Status WriteSafetensors(const std::vector<NamedTensor>& others, Weights& weights,
                              absl::FunctionRef<absl::Status(std::string_view)> sink);

// Replaces all weights. InvalidArgument, and nothing changed, if `tensors` has other names, another order, other shapes
// or too few values.
absl::Status ImportNamedWeights(const std::vector<NamedTensor>& tensors, Weights& weights);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_NAMED_WEIGHTS_H_
