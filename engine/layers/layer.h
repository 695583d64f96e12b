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

// Where a training run is, for layers that draw random numbers: with the layer's index it names their stream, so that
// a run can continue at any step. `step` counts batches, from 0.
struct StepClock {
  uint64_t seed = 0;
  uint64_t step = 0;
};

// What a layer is compiled for.
struct LayerUse {
  int64_t rows = 0;
  bool training = false;              // else inference: forward only, and moving statistics where there are any
  bool wants_input_gradient = false;  // while training; nobody needs that of the data
};

// What a compiled layer computes with. All buffers outlive it; all are row-major.
struct LayerBuffers {
  const OpContext& context;
  const StepClock* clock = nullptr;        // while training; moves on between steps
  std::span<const WeightView> weights;     // those of Layer::weights(), in that order
  std::span<float> workspace;              // Layer::workspace floats: its own from a Forward to the Backward after it
  const float* input = nullptr;            // [rows, inputs]
  float* output = nullptr;                 // [rows, outputs]
  const float* output_gradient = nullptr;  // [rows, outputs], while training: derivative of the loss by each output
  float* input_gradient = nullptr;         // [rows, inputs]; null unless wanted
};

// A layer bound to its buffers. Neither pass allocates.
class CompiledLayer {
 public:
  virtual ~CompiledLayer() = default;

  // Reads the input, writes the output. InvalidArgument if the input is none that the layer can take; every layer takes
  // zeros, with which batches for inference are filled up.
  virtual absl::Status Forward() = 0;

  // After Forward, while training: reads the output gradient, writes the input gradient (if wanted) and replaces the
  // gradients of the weights.
  virtual absl::Status Backward() = 0;

  // After Forward: the name of the first layer in it whose output holds a NaN or an infinity; empty if it has no layers
  // in it, or all is finite.
  virtual std::string FirstNotFinite() const { return ""; }

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
  virtual std::vector<WeightDefinition> weights() const { return {}; }

  // Floats that it needs to keep when compiled for `use`, for fewer rows no more. The layers compiled for several batch
  // sizes of one network share them, since those run one after another.
  virtual int64_t workspace(const LayerUse& /*use*/) const { return 0; }

  // Whether it cannot learn from a batch of one row, which has no variance.
  virtual bool needs_two_rows() const { return false; }

  // Whether, used so, its outputs are its inputs and it has no weights. A stack then leaves it out; compiled all the
  // same, it copies.
  virtual bool passes_through(const LayerUse& /*use*/) const { return false; }

  virtual absl::StatusOr<std::unique_ptr<CompiledLayer>> Compile(const LayerUse& use,
                                                                 const LayerBuffers& buffers) const = 0;
};

// Where a layer stands in its network: what its spec needs to know beside itself to make the layer.
struct LayerPlace {
  std::string name = {};  // prefixes the names of its weights
  uint32_t index = 0;     // among all layers, nested ones included, depth first: names its random streams
  int64_t inputs = 0;
  int64_t rows = 0;                         // of the batches to be fast for
  bool before_batch_normalization = false;  // what follows it
  bool before_relu = false;
  bool bfloat16 = false;  // whether matrix products of a training take bfloat16, see Precision
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LAYERS_LAYER_H_
