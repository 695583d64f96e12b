#include "engine/optimizers/weight_update.h"

#include <algorithm>

#include "engine/core/parallel.h"

namespace traind::engine {
namespace {

// The fewest weights that are worth a thread of their own: some 10 microseconds of work.
constexpr int64_t kGrain = 1 << 16;

// Weights worked on at a time: with their gradients and moments they fit the first cache.
constexpr int64_t kBlock = 1 << 11;

}  // namespace

WeightUpdate::WeightUpdate(const OptimizerSpec& spec, Weights& weights)
    : weights_(weights),
      weight_decay_(spec.weight_decay.value_or(0)),
      optimizer_(std::visit(
          [&](const auto& kind) { return kind.Make(static_cast<int64_t>(weights.trainable().size())); }, spec.kind)) {}

double WeightUpdate::Apply(double learning_rate) {
  optimizer_->BeginStep(learning_rate);
  const auto weights = weights_.trainable();
  const auto gradients = weights_.gradients();
  ParallelFor(static_cast<int64_t>(weights.size()), kGrain, [&](int64_t begin, int64_t end) {
    for (int64_t block = begin; block < end; block += kBlock) {
      const int64_t size = std::min(kBlock, end - block);
      optimizer_->Move(block, gradients.subspan(block, size), weights.subspan(block, size));
    }
  });
  return Penalty();
}

double WeightUpdate::Penalty() const { return 0; }

void WeightUpdate::SwapAverages() {}

int64_t WeightUpdate::bytes(const OptimizerSpec& spec, int64_t floats) {
  const int64_t slots = std::visit([](const auto& kind) { return kind.slots(); }, spec.kind);
  return slots * floats * static_cast<int64_t>(sizeof(float));
}

}  // namespace traind::engine
