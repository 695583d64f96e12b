// From layers to ONNX nodes.
#ifndef TRAIND_SERVER_ONNX_LAYER_NODES_H_
#define TRAIND_SERVER_ONNX_LAYER_NODES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/formats/named_tensor.h"
#include "engine/layers/layer_spec.h"
#include "server/onnx/graph.h"

namespace traind {

// A value of a graph, [batch, width].
struct OnnxValue {
  std::string name;
  int64_t width = 0;
};

// Adds what `layers`, each with a name, do to `input` at inference; the result. Weights are those of `tensors`.
// `fold`: a batch normalization right after a dense layer becomes part of that one's weights.
// DataLoss if a weight is not among the tensors, or has another size.
//
// Nodes are those of opset 13 (https://onnx.ai/onnx/operators/), so that older runtimes read them: gelu, silu and layer
// normalization, which have nodes of their own since, are put together from others.
absl::StatusOr<OnnxValue> AddLayers(const std::vector<engine::LayerSpec>& layers,
                                    const std::vector<engine::NamedTensor>& tensors, bool fold, OnnxValue input,
                                    OnnxGraph& graph);

}  // namespace traind

#endif  // TRAIND_SERVER_ONNX_LAYER_NODES_H_
