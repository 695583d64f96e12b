#include "engine/layers/weights.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <optional>
#include <utility>

#include "engine/core/random.h"
#include "engine/ops/reorder.h"

namespace traind::engine {

int64_t WeightDefinition::size() const {
  return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
}

Weights::Weights(std::vector<WeightDefinition> definitions, bool with_gradients)
    : definitions_(std::move(definitions)) {
  int64_t trainable = 0;
  int64_t state = 0;
  std::vector<int64_t> offsets;
  for (const WeightDefinition& definition : definitions_) {
    int64_t& end = definition.trainable ? trainable : state;
    offsets.push_back(end);
    end += AlignedBuffer::Aligned(definition.layout.floats());
  }
  trainable_ = AlignedBuffer(trainable);
  state_ = AlignedBuffer(state);
  if (with_gradients) gradients_ = AlignedBuffer(trainable);
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    if (definitions_[i].trainable) {
      views_.push_back({trainable_.data() + offsets[i], with_gradients ? gradients_.data() + offsets[i] : nullptr});
    } else {
      views_.push_back({state_.data() + offsets[i], nullptr});
    }
  }
}

absl::Status Weights::Initialize(uint64_t seed, const std::stop_token& stop) {
  std::optional<Random> random;
  std::vector<float> spare;
  for (std::size_t i = 0; i < definitions_.size(); ++i) {
    if (stop.stop_requested()) return absl::CancelledError("asked to stop while the weights were drawn");
    const WeightDefinition& definition = definitions_[i];
    const bool same_layer = i > 0 && definitions_[i - 1].layer == definition.layer;
    if (!same_layer) random.emplace(seed, RandomUse::kInitialWeights, definition.layer);
    const std::span<float> values = RoomFor(definition, spare);
    engine::Initialize(definition.initializer, definition.initial_shape, *random, values);
    if (absl::Status status = Write(i, values); !status.ok()) return status;
  }
  std::ranges::fill(gradients(), 0.0f);
  return absl::OkStatus();
}

std::span<float> Weights::RoomFor(const WeightDefinition& definition, std::vector<float>& spare) {
  const auto size = static_cast<std::size_t>(definition.size());
  if (gradients().size() >= size) return gradients().first(size);
  spare.resize(size);
  return spare;
}

absl::Status Weights::ReadEach(absl::FunctionRef<absl::Status(std::span<const float>)> take) {
  std::vector<float> spare;
  absl::Status status;
  for (std::size_t i = 0; i < definitions_.size() && status.ok(); ++i) {
    const std::span<float> values = RoomFor(definitions_[i], spare);
    status = Read(i, values);
    if (status.ok()) status = take(values);
  }
  std::ranges::fill(gradients(), 0.0f);
  return status;
}

absl::Status Weights::ForParts(std::span<float> array, bool of_trainable,
                               absl::FunctionRef<absl::Status(const WeightDefinition&, float*, std::span<float>)> use) {
  const float* const base = of_trainable ? trainable_.data() : state_.data();
  std::vector<float> spare;
  absl::Status status;
  for (std::size_t i = 0; i < definitions_.size() && status.ok(); ++i) {
    if (definitions_[i].trainable != of_trainable) continue;
    status = use(definitions_[i], array.data() + (views_[i].value - base), RoomFor(definitions_[i], spare));
  }
  std::ranges::fill(gradients(), 0.0f);
  return status;
}

absl::Status Weights::ReadArray(std::span<float> array, bool of_trainable,
                                absl::FunctionRef<absl::Status(const WeightDefinition&, std::span<float>)> take) {
  const auto use = [&](const WeightDefinition& weight, float* part, std::span<float> room) {
    absl::Status status = Reorder(weight.layout, part, Layout::RowMajor(weight.shape), room.data());
    return status.ok() ? take(weight, room) : status;
  };
  return ForParts(array, of_trainable, use);
}

absl::Status Weights::WriteArray(std::span<float> array, bool of_trainable,
                                 absl::FunctionRef<absl::Status(const WeightDefinition&, std::span<float>)> give) {
  const auto use = [&](const WeightDefinition& weight, float* part, std::span<float> room) {
    absl::Status status = give(weight, room);
    return status.ok() ? Reorder(Layout::RowMajor(weight.shape), room.data(), weight.layout, part) : status;
  };
  return ForParts(array, of_trainable, use);
}

absl::Status Weights::Read(std::size_t index, std::span<float> values) const {
  const WeightDefinition& definition = definitions_[index];
  return Reorder(definition.layout, views_[index].value, Layout::RowMajor(definition.shape), values.data());
}

absl::Status Weights::Write(std::size_t index, std::span<const float> values) {
  const WeightDefinition& definition = definitions_[index];
  return Reorder(Layout::RowMajor(definition.shape), values.data(), definition.layout, views_[index].value);
}

}  // namespace traind::engine
