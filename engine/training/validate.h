// Tells a user everything that is wrong with a spec, before anything runs.
#ifndef TRAIND_ENGINE_TRAINING_VALIDATE_H_
#define TRAIND_ENGINE_TRAINING_VALIDATE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "engine/data/dataset_view.h"
#include "engine/training/spec.h"

namespace traind::engine {

// One fault: the path of the field in the spec, such as `model.layers[3].dense.units`, and a sentence with the value
// and the allowed range.
struct Fault {
  std::string field;
  std::string description;

  friend bool operator==(const Fault&, const Fault&) = default;
};

// What a spec may ask for at most; the ranges in training_spec.proto say the same.
inline constexpr int64_t kMaxLayers = 1'000;
inline constexpr int64_t kMaxUnits = 65'536;
inline constexpr int64_t kMaxParameters = int64_t{1} << 31;
inline constexpr int64_t kMaxEpochs = 100'000;
inline constexpr int64_t kMaxBatchSize = 65'536;
inline constexpr double kMaxLearningRate = 1'000.0;

// The least epsilon: far above where a float32 becomes 0, and far below any that changes a result.
inline constexpr double kMinEpsilon = 1e-30;

// Every fault of a model by itself, such as one that comes with stored weights. Any model may be passed.
std::vector<Fault> ValidateModel(const ModelSpec& model);

// Every fault of the spec by itself; empty if there is none. Any spec may be passed, however large or strange.
std::vector<Fault> Validate(const TrainingSpec& spec);

// Every fault of a spec without faults of its own, on rows of this shape: the width of the last layer, the parameters
// in all, the rows that the validation split leaves. Empty if there is none.
std::vector<Fault> ValidateFor(const TrainingSpec& spec, const DatasetShape& shape);

// Weights of a model without faults for rows of `features` numbers, moving statistics included (Keras's "total
// params"); the largest int64_t if there are more.
int64_t CountParameters(const ModelSpec& model, int64_t features);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_VALIDATE_H_
