// A network compiled for batches of one size.
#ifndef TRAIND_ENGINE_TRAINING_PROGRAM_H_
#define TRAIND_ENGINE_TRAINING_PROGRAM_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/core/aligned_buffer.h"
#include "engine/layers/layer.h"
#include "engine/ops/op.h"
#include "engine/training/network.h"

namespace traind::engine {

// The memory between layers, planned once for the largest batch; programs of one network share it, since they run one
// after another. Outputs are kept until the backward pass; of gradients only two layers' are alive at a time.
class Activations {
 public:
  // Gradients are only kept if asked for.
  Activations(const Network& network, int64_t rows, bool with_gradients);

  float* output(std::size_t layer) const { return outputs_[layer].data(); }
  float* output_gradient(std::size_t layer) const { return gradients_[layer % gradients_.size()].data(); }

 private:
  std::vector<AlignedBuffer> outputs_;
  std::array<AlignedBuffer, 2> gradients_;
};

// The layers of a network bound to weights, activations and an input buffer, all of which must outlive it.
class Program {
 public:
  enum class Mode { kTraining, kInference };

  // For exactly `rows` rows, at most those of `activations`, which lie at `input`, [rows, network.inputs()].
  static absl::StatusOr<Program> Compile(const OpContext& context, const Network& network, const Weights& weights,
                                         const Activations& activations, const float* input, int64_t rows, Mode mode);

  // Reads the input, writes outputs(). Allocates nothing of ours.
  absl::Status Forward();

  // After Forward, in training mode: takes the derivative of the loss by each output from output_gradient() and
  // replaces the gradients of the weights. Allocates nothing of ours.
  absl::Status Backward();

  int64_t rows() const { return rows_; }
  const float* outputs() const { return outputs_; }            // [rows, network.outputs()]
  float* output_gradient() const { return output_gradient_; }  // [rows, network.outputs()]

  // The oneDNN code that it runs; see Op::implementation.
  std::vector<std::string> implementations() const;

 private:
  int64_t rows_ = 0;
  const float* outputs_ = nullptr;
  float* output_gradient_ = nullptr;
  std::vector<std::unique_ptr<CompiledLayer>> layers_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_PROGRAM_H_
