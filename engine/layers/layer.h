// A layer, in two forms: what it is, and what it does to a batch of a given size.
#ifndef TRAIND_ENGINE_LAYERS_LAYER_H_
#define TRAIND_ENGINE_LAYERS_LAYER_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/layers/weights.h"
#include "engine/ops/op.h"

namespace traind::engine {

// What a layer computes with. All buffers outlive the compiled layer; all are row-major.
struct LayerBuffers {
  const OpContext& context;
  int64_t rows = 0;
  bool training = false;                   // else inference: forward only, and moving statistics where there are any
  std::span<const WeightView> weights;     // those of Layer::weights(), in that order
  const float* input = nullptr;            // [rows, inputs]
  float* output = nullptr;                 // [rows, outputs]
  const float* output_gradient = nullptr;  // [rows, outputs], while training: derivative of the loss by each output
  float* input_gradient = nullptr;         // [rows, inputs]; null if nobody needs it
};

// A layer bound to its buffers. Neither pass allocates.
class CompiledLayer {
 public:
  virtual ~CompiledLayer() = default;

  // Reads the input, writes the output.
  virtual absl::Status Forward() = 0;

  // After Forward, while training: reads the output gradient, writes the input gradient (if wanted) and replaces the
  // gradients of the weights.
  virtual absl::Status Backward() = 0;

  // The oneDNN code that it runs; see Op::implementation.
  virtual std::vector<std::string> implementations() const = 0;
};

// The definition of a layer. Immutable.
class Layer {
 public:
  virtual ~Layer() = default;

  virtual int64_t inputs() const = 0;
  virtual int64_t outputs() const = 0;

  // The weights it needs, in the order in which they are exported.
  virtual std::vector<WeightDefinition> weights() const = 0;

  // Bytes that the layer takes beside its buffers when it is compiled to train on `rows` rows, its input gradient being
  // wanted or not: an upper bound that is close.
  virtual int64_t training_bytes(int64_t /*rows*/, bool /*input_gradient*/) const { return 0; }

  virtual absl::StatusOr<std::unique_ptr<CompiledLayer>> Compile(const LayerBuffers& buffers) const = 0;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LAYERS_LAYER_H_
