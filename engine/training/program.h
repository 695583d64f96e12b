// A network compiled for batches of one size.
#ifndef TRAIND_ENGINE_TRAINING_PROGRAM_H_
#define TRAIND_ENGINE_TRAINING_PROGRAM_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/core/aligned_buffer.h"
#include "engine/layers/layer.h"
#include "engine/layers/weights.h"
#include "engine/ops/op.h"

namespace traind::engine {

// The memory that a network computes in, planned once for the largest batch; programs of one network share it, since
// they run one after another.
class Activations {
 public:
  // For up to `rows` rows; gradients are only kept if asked for.
  Activations(const Layer& network, int64_t rows, bool with_gradients);

  // Floats that it takes.
  static int64_t floats(const Layer& network, int64_t rows, bool with_gradients);

  std::span<float> workspace() const { return workspace_.span(); }
  float* outputs() const { return outputs_.data(); }
  float* output_gradient() const { return output_gradient_.data(); }

 private:
  AlignedBuffer workspace_;
  AlignedBuffer outputs_;
  AlignedBuffer output_gradient_;
};

// A network bound to weights, activations and an input buffer, all of which must outlive it.
class Program {
 public:
  enum class Mode { kTraining, kInference };

  // What it works with. `clock` may be null for inference.
  struct Parts {
    const OpContext& context;
    const Layer& network;
    const Weights& weights;
    const Activations& activations;
    const StepClock* clock = nullptr;
    const float* input = nullptr;  // [rows, network.inputs()]
  };

  // For exactly `rows` rows, at most those of the activations.
  static absl::StatusOr<Program> Compile(const Parts& parts, int64_t rows, Mode mode);

  // Reads the input, writes outputs(). Allocates nothing of ours.
  absl::Status Forward() { return network_->Forward(); }

  // After Forward, in training mode: takes the derivative of the loss by each output from output_gradient() and
  // replaces the gradients of the weights. Allocates nothing of ours.
  absl::Status Backward() { return network_->Backward(); }

  // After Forward: the name of the first layer whose output holds a NaN or an infinity; empty if all is finite. What
  // several layers were made one for goes by the first of them.
  std::string FirstNotFinite() const { return network_->FirstNotFinite(); }

  int64_t rows() const { return rows_; }
  const float* outputs() const { return outputs_; }            // [rows, network.outputs()]
  float* output_gradient() const { return output_gradient_; }  // [rows, network.outputs()]

  // The oneDNN code that it runs; see Op::implementation.
  std::vector<std::string> implementations() const { return network_->implementations(); }

 private:
  int64_t rows_ = 0;
  const float* outputs_ = nullptr;
  float* output_gradient_ = nullptr;
  std::unique_ptr<CompiledLayer> network_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_PROGRAM_H_
