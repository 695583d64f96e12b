// From a spec to the parts that run. A new layer, loss, optimizer or metric is registered here.
#ifndef TRAIND_ENGINE_TRAINING_LOWERING_H_
#define TRAIND_ENGINE_TRAINING_LOWERING_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/losses/loss.h"
#include "engine/metrics/metric_accumulator.h"
#include "engine/optimizers/optimizer.h"
#include "engine/training/network.h"
#include "engine/training/spec.h"

namespace traind::engine {

// The network of a valid model for rows of `features` numbers. Batch normalization takes in the relu that follows it.
// Weights lie in memory as is fastest for `rows` rows.
absl::StatusOr<Network> LowerModel(const ModelSpec& model, int64_t features, int64_t rows);

std::unique_ptr<Loss> MakeLoss(const LossSpec& spec);

// For `size` weights.
std::unique_ptr<Optimizer> MakeOptimizer(const OptimizerSpec& spec, int64_t size);

std::vector<std::unique_ptr<MetricAccumulator>> MakeMetrics(const std::vector<Metric>& metrics);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_LOWERING_H_
