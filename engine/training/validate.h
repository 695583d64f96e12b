// Tells a user everything that is wrong with a spec, before anything runs.
#ifndef TRAIND_ENGINE_TRAINING_VALIDATE_H_
#define TRAIND_ENGINE_TRAINING_VALIDATE_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "engine/core/faults.h"
#include "engine/data/dataset_view.h"
#include "engine/training/spec.h"

namespace traind::engine {

inline constexpr int64_t kMaxParameters = int64_t{1} << 31;

// Every fault of a model by itself, such as one that comes with stored weights. Any model may be passed.
std::vector<Fault> ValidateModel(const ModelSpec& model);

// Every fault of a model without faults of its own on rows of `features` numbers, of which there is at least one.
std::vector<Fault> ValidatePlaces(const ModelSpec& model, int64_t features);

// Every fault of the spec by itself; empty if there is none. Any spec may be passed, however large or strange.
std::vector<Fault> Validate(const TrainingSpec& spec);

// Every fault of a spec without faults of its own, on rows of this shape: the width of the last layer, the parameters
// in all, the rows that the validation split leaves, the classes that have weights; and of a second dataset to validate
// on, if there is one. Empty if there is none.
std::vector<Fault> ValidateFor(const TrainingSpec& spec, const DatasetShape& shape,
                               const DatasetShape* validation = nullptr);

// The first fault that Validate or ValidateFor finds, as InvalidArgument.
absl::Status CheckTrainable(const TrainingSpec& spec, const DatasetShape& shape, const DatasetShape* validation);

// Weights of a model without faults for rows of `features` numbers, moving statistics included (Keras's "total
// params"); the largest int64_t if there are more.
int64_t CountParameters(const ModelSpec& model, int64_t features);

// The same of a spec on rows of this shape, what its preprocessing learns included.
int64_t CountParameters(const TrainingSpec& spec, const DatasetShape& shape);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_VALIDATE_H_
