// How much memory training takes.
#ifndef TRAIND_ENGINE_TRAINING_TRAINING_BYTES_H_
#define TRAIND_ENGINE_TRAINING_TRAINING_BYTES_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "engine/data/dataset_view.h"
#include "engine/layers/stack.h"
#include "engine/training/spec.h"

namespace traind::engine {

// Bytes that a run takes at its peak: weights, gradients, optimizer moments, what a batch needs in
// every layer. For a spec without faults by Validate and
// ValidateFor. The dataset is not counted. oneDNN's scratchpad depends on the processor and the threads; what it
// usually takes is counted. Within 10 percent from some MB on. `validation` is the shape of a second dataset to
// validate on, if there is one. Allocates little itself; FailedPrecondition as
// Trainer::Create, Internal if oneDNN cannot tell how weights will lie.
absl::StatusOr<int64_t> EstimateTrainingBytes(const TrainingSpec& spec, const DatasetShape& shape,
                                              const DatasetShape* validation = nullptr);

// The same for the network that `spec` was lowered to, in batches of `rows` rows.
int64_t TrainingBytes(const Stack& network, const TrainingSpec& spec, const DatasetShape& shape,
                      const DatasetShape* validation, int64_t rows);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_TRAINING_BYTES_H_
