// The numbers that a network learns.
#ifndef TRAIND_ENGINE_LAYERS_WEIGHTS_H_
#define TRAIND_ENGINE_LAYERS_WEIGHTS_H_

#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "engine/core/aligned_buffer.h"
#include "engine/layers/initializer.h"
#include "engine/layers/regularizer.h"
#include "engine/ops/layout.h"

namespace traind::engine {

// A weight as its layer declares it.
struct WeightDefinition {
  std::string name;                 // with the layer's, as in NamedTensor
  std::vector<int64_t> shape = {};  // 1 or 2 dimensions
  Layout layout;                    // how it lies in memory while in use
  bool trainable = true;            // whether optimizers move it; moving statistics, for one, are not
  Initializer initializer = {};
  InitialShape initial_shape = {};
  uint32_t layer = 0;  // LayerPlace::index: whose stream of random numbers it starts from
  Regularizer regularizer = {};
  bool looked_up = false;  // rows are picked out of it; it is multiplied with nothing

  // Numbers in it, without padding.
  int64_t size() const;
};

// Where a weight and its gradient lie, both in the weight's layout; the gradient is null for a weight that is not
// trainable and in a network that only infers.
struct WeightView {
  float* value = nullptr;
  float* gradient = nullptr;
};

// All weights of a network. The trainable ones lie in one array, each on a cache line of its own, and their gradients
// in another of the same form: an optimizer passes over them once, and one call can add up those of several machines.
// The rest of the weights have a third array. Thread-compatible.
class Weights {
 public:
  // All 0. Gradients are only kept if asked for.
  Weights(std::vector<WeightDefinition> definitions, bool with_gradients);

  const std::vector<WeightDefinition>& definitions() const { return definitions_; }
  std::span<const WeightView> views() const { return views_; }  // in the order of the definitions

  std::span<float> trainable() const { return trainable_.span(); }
  std::span<float> gradients() const { return gradients_.span(); }
  std::span<float> state() const { return state_.span(); }

  // Draws the initial weights. Each layer has a random stream of its own, so a change to one leaves the others as they
  // were. Cancelled if `stop` asks, which is looked at between weights.
  absl::Status Initialize(uint64_t seed, const std::stop_token& stop = {});

  // Copies one weight out of, or into, its place. `values` is row-major, of the weight's size.
  absl::Status Read(std::size_t index, std::span<float> values) const;
  absl::Status Write(std::size_t index, std::span<const float> values);

  // Hands every weight, row-major, to `take`, in the order of the definitions, until one returns an error. They are
  // laid out in the memory of the gradients, which are 0 afterwards: it takes no other, if those are as large.
  absl::Status ReadEach(absl::FunctionRef<absl::Status(std::span<const float>)> take);

  // The same for the part of each weight in an array that lies as trainable() does or, if not `of_trainable`, as
  // state() does; `take` is told whose part it is.
  absl::Status ReadArray(std::span<float> array, bool of_trainable,
                         absl::FunctionRef<absl::Status(const WeightDefinition&, std::span<float>)> take);
  // The other way: `give` writes the values. What lies between the parts stays as it is.
  absl::Status WriteArray(std::span<float> array, bool of_trainable,
                          absl::FunctionRef<absl::Status(const WeightDefinition&, std::span<float>)> give);

 private:
  // Where a weight lies row-major on its way in or out: among the gradients, or else in `spare`.
  std::span<float> RoomFor(const WeightDefinition& definition, std::vector<float>& spare);

  // Calls use(definition, its part of the array, room for the same row-major) for each weight, until one returns an
  // error. The gradients are 0 afterwards.
  absl::Status ForParts(std::span<float> array, bool of_trainable,
                        absl::FunctionRef<absl::Status(const WeightDefinition&, float*, std::span<float>)> use);

  std::vector<WeightDefinition> definitions_;
  std::vector<WeightView> views_;
  AlignedBuffer trainable_;
  AlignedBuffer gradients_;
  AlignedBuffer state_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LAYERS_WEIGHTS_H_
