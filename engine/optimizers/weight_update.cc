#include "engine/optimizers/weight_update.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <variant>

#include "engine/core/multiversion.h"
#include "engine/core/parallel.h"

namespace traind::engine {
namespace {

// The fewest weights that are worth a thread of their own: some microseconds of work.
constexpr int64_t kGrain = 1 << 14;

// Weights worked on at a time: with their gradients and moments they fit the first cache.
constexpr int64_t kBlock = 1 << 11;

// Sums are kept in as many parts, which is what makes them vectors. All ranges are whole cache lines.
constexpr int64_t kLanes = AlignedBuffer::kAlignmentFloats;

TRAIND_MULTIVERSION double SumOfSquares(int64_t size, const float* __restrict values) {
  double lanes[kLanes] = {};
  for (int64_t i = 0; i < size; i += kLanes) {
    for (int64_t lane = 0; lane < kLanes; ++lane) {
      const double value = values[i + lane];
      lanes[lane] += value * value;
    }
  }
  return std::accumulate(lanes, lanes + kLanes, 0.0);
}

TRAIND_MULTIVERSION double SumOfMagnitudes(int64_t size, const float* __restrict values) {
  double lanes[kLanes] = {};
  for (int64_t i = 0; i < size; i += kLanes) {
    for (int64_t lane = 0; lane < kLanes; ++lane) lanes[lane] += std::abs(values[i + lane]);
  }
  return std::accumulate(lanes, lanes + kLanes, 0.0);
}

TRAIND_MULTIVERSION void AddPenaltyGradients(int64_t size, float l1, float twice_l2, const float* __restrict weights,
                                             float* __restrict gradients) {
  for (int64_t i = 0; i < size; ++i) {
    const float weight = weights[i];
    gradients[i] += twice_l2 * weight + (weight > 0 ? l1 : weight < 0 ? -l1 : 0);
  }
}

TRAIND_MULTIVERSION void Cut(int64_t size, float limit, float* __restrict gradients) {
  // Written so that NaN stays, for the weights to show it.
  for (int64_t i = 0; i < size; ++i) {
    const float gradient = gradients[i] > limit ? limit : gradients[i];
    gradients[i] = gradient < -limit ? -limit : gradient;
  }
}

TRAIND_MULTIVERSION void Scale(int64_t size, float factor, float* __restrict gradients) {
  for (int64_t i = 0; i < size; ++i) gradients[i] *= factor;
}

TRAIND_MULTIVERSION void Decay(int64_t size, float share, float* __restrict weights) {
  for (int64_t i = 0; i < size; ++i) weights[i] -= share * weights[i];
}

TRAIND_MULTIVERSION void Follow(int64_t size, float share, const float* __restrict weights,
                                float* __restrict averages) {
  for (int64_t i = 0; i < size; ++i) averages[i] += share * (weights[i] - averages[i]);
}

}  // namespace

WeightUpdate::WeightUpdate(const OptimizerSpec& spec, Weights& weights)
    : spec_(spec),
      weight_decay_(
          spec.weight_decay.value_or(std::visit([](const auto& kind) { return kind.kWeightDecay; }, spec.kind))),
      weights_(weights),
      optimizer_(std::visit(
          [&](const auto& kind) { return kind.Make(static_cast<int64_t>(weights.trainable().size())); }, spec.kind)),
      averages_(spec.ema_momentum ? static_cast<int64_t>(weights.trainable().size()) : 0) {
  int64_t end = 0;
  for (const WeightDefinition& definition : weights.definitions()) {
    if (!definition.trainable) continue;
    const int64_t begin = end;
    end += AlignedBuffer::Aligned(definition.layout.floats());
    parts_.push_back({.begin = begin, .end = end, .regularizer = definition.regularizer});
    regularized_ = regularized_ || !definition.regularizer.empty();
  }
}

double WeightUpdate::Apply(double learning_rate) {
  const auto weights = weights_.trainable();
  const auto gradients = weights_.gradients();
  const auto size = static_cast<int64_t>(weights.size());
  // A norm is that of gradients with their penalties; else these are added block by block.
  const bool by_norm = spec_.clipnorm || spec_.global_clipnorm;
  const bool clips = by_norm || spec_.clipvalue;
  const bool regularizes = regularized_ && !by_norm;
  double penalty = 0;
  if (by_norm) {
    if (regularized_) penalty = ParallelSum(size, kGrain, [&](int64_t b, int64_t e) { return Regularize(b, e); });
    ScaleToNorm();
  }
  const auto decay = static_cast<float>(learning_rate * weight_decay_);
  const auto follow = static_cast<float>(has_averages_ ? 1 - spec_.ema_momentum.value_or(0) : 1);
  optimizer_->BeginStep(learning_rate);
  penalty += ParallelSum(size, kGrain, [&](int64_t begin, int64_t end) {
    double sum = 0;
    for (int64_t block = begin; block < end; block += kBlock) {
      const int64_t length = std::min(kBlock, end - block);
      float* const block_weights = weights.data() + block;
      if (regularizes) sum += Regularize(block, block + length);
      if (clips) Clip(block, block + length);
      if (decay != 0) Decay(length, decay, block_weights);
      optimizer_->Move(block, gradients.subspan(block, length), weights.subspan(block, length));
      if (averages_.size() > 0) Follow(length, follow, block_weights, averages_.data() + block);
    }
    return sum;
  });
  has_averages_ = averages_.size() > 0;
  return penalty;
}

double WeightUpdate::Penalty() {
  if (!regularized_) return 0;
  return ParallelSum(static_cast<int64_t>(weights_.trainable().size()), kGrain,
                     [&](int64_t begin, int64_t end) { return PenaltyOf(begin, end); });
}

void WeightUpdate::SwapAverages() {
  if (!has_averages_) return;
  const auto weights = weights_.trainable();
  ParallelFor(averages_.size(), kGrain, [&](int64_t begin, int64_t end) {
    std::swap_ranges(weights.data() + begin, weights.data() + end, averages_.data() + begin);
  });
}

void WeightUpdate::VisitState(StateVisitor& visit) {
  visit("has_averages", has_averages_);
  if (has_averages_) visit.WeightArray("averages", averages_.span());
  visit.In("optimizer", *optimizer_);
}

int64_t WeightUpdate::bytes(const OptimizerSpec& spec, int64_t floats) {
  const int64_t slots = std::visit([](const auto& kind) { return kind.slots(); }, spec.kind);
  const int64_t averages = spec.ema_momentum ? 1 : 0;
  return (slots + averages) * floats * static_cast<int64_t>(sizeof(float));
}

void WeightUpdate::ForParts(int64_t begin, int64_t end,
                            absl::FunctionRef<void(const Part&, int64_t, int64_t)> use) const {
  auto part = std::ranges::upper_bound(parts_, begin, {}, &Part::end);
  for (; part != parts_.end() && part->begin < end; ++part) {
    use(*part, std::max(begin, part->begin), std::min(end, part->end));
  }
}

double WeightUpdate::PenaltyOf(int64_t begin, int64_t end) const {
  double penalty = 0;
  ForParts(begin, end, [&](const Part& part, int64_t from, int64_t to) {
    const float* const weights = weights_.trainable().data() + from;
    if (part.regularizer.l1 != 0) penalty += part.regularizer.l1 * SumOfMagnitudes(to - from, weights);
    if (part.regularizer.l2 != 0) penalty += part.regularizer.l2 * SumOfSquares(to - from, weights);
  });
  return penalty;
}

double WeightUpdate::Regularize(int64_t begin, int64_t end) const {
  ForParts(begin, end, [&](const Part& part, int64_t from, int64_t to) {
    if (part.regularizer.empty()) return;
    AddPenaltyGradients(to - from, static_cast<float>(part.regularizer.l1), static_cast<float>(2 * part.regularizer.l2),
                        weights_.trainable().data() + from, weights_.gradients().data() + from);
  });
  return PenaltyOf(begin, end);
}

void WeightUpdate::ScaleToNorm() {
  const float* const gradients = weights_.gradients().data();
  // The norm comes first so that NaN stays, for the weights to show it.
  const auto scale_to = [&](double limit, int64_t begin, int64_t end) {
    const double sum = ParallelSum(end - begin, kGrain, [&](int64_t from, int64_t to) {
      return SumOfSquares(to - from, gradients + begin + from);
    });
    return static_cast<float>(limit / std::max(std::sqrt(sum), limit));
  };
  if (spec_.global_clipnorm) {
    const float scale = scale_to(*spec_.global_clipnorm, 0, static_cast<int64_t>(weights_.gradients().size()));
    for (Part& part : parts_) part.scale = scale;
  } else {
    for (Part& part : parts_) part.scale = scale_to(*spec_.clipnorm, part.begin, part.end);
  }
}

void WeightUpdate::Clip(int64_t begin, int64_t end) const {
  float* const gradients = weights_.gradients().data();
  if (spec_.clipvalue) {
    Cut(end - begin, static_cast<float>(*spec_.clipvalue), gradients + begin);
    return;
  }
  ForParts(begin, end, [&](const Part& part, int64_t from, int64_t to) {
    if (part.scale != 1) Scale(to - from, part.scale, gradients + from);
  });
}

}  // namespace traind::engine
